"""Panels and factors that several tests share."""

import pytest
import xarray as xr

from tests.factors.panels import random_panel, real_panel


@pytest.fixture(scope="session")
def awkward_panel() -> xr.Dataset:
    """Suspensions, late listings, flat prices, ties, zero and missing volume."""
    return random_panel()


@pytest.fixture(scope="session")
def ashare_panel() -> xr.Dataset:
    """A slice of the real A-share bars; skips where they are not there."""
    return real_panel()
