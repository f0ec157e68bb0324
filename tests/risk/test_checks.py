"""The identities hold on a fitted model, and each check fails when its identity is broken."""

from __future__ import annotations

import numpy as np
import pytest

from deep_alpha.risk.checks import Check, check_model
from deep_alpha.risk.model import RiskModel
from tests.risk.conftest import Fitted


def broken(fitted: Fitted, where: str, name: str, change: float, day: int = 250) -> RiskModel:
    """The model with one variable of one day changed by a factor."""
    parts = {"exposures": fitted.model.exposures, "returns": fitted.model.returns}
    grids = parts[where].copy(deep=True)
    grids[name][day] = grids[name][day] * change
    return RiskModel(**{**parts, where: grids})


def failing(checks: list[Check]) -> set[str]:
    return {check.name for check in checks if not check.passed}


def test_all_identities_hold(fitted):
    checks = check_model(fitted.model, fitted.basis)
    assert len(checks) == 5
    assert failing(checks) == set()
    assert all(np.isfinite(check.worst) and check.date is not None for check in checks)


@pytest.mark.parametrize(
    ("where", "name", "change", "caught"),
    [
        ("exposures", "exposure", 1.01, "styles have standard deviation 1"),
        ("returns", "specific_return", 1.5, "factors and specific return add up"),
        ("returns", "industry_weight", np.linspace(0.5, 1.5, 14), "industries cancel out"),
    ],
)
def test_a_broken_identity_is_found_with_its_day(fitted, where, name, change, caught):
    if isinstance(change, np.ndarray):
        change = np.resize(change, fitted.model.returns[name].shape[1])
    checks = check_model(broken(fitted, where, name, change), fitted.basis)
    assert caught in failing(checks)
    (check,) = (check for check in checks if check.name == caught)
    assert check.date == fitted.panel["date"].to_numpy()[250]


def test_a_shifted_style_is_no_longer_neutral(fitted):
    grids = fitted.model.exposures.copy(deep=True)
    grids["exposure"][252, 0] = grids["exposure"][252, 0] + 0.5
    found = failing(check_model(RiskModel(grids, fitted.model.returns), fitted.basis))
    assert found == {"styles have cap-weighted mean 0", "factors and specific return add up"}


def test_a_style_left_in_the_specific_returns_is_found(fitted):
    grids = fitted.model.returns.copy(deep=True)
    size = fitted.model.exposures["exposure"].to_numpy()[249, 0]
    grids["specific_return"][250] = grids["specific_return"][250] + 0.001 * size
    found = failing(check_model(RiskModel(fitted.model.exposures, grids), fitted.basis))
    assert "specific returns hold no style" in found


def test_nothing_to_check_is_no_pass():
    assert not Check("name", "formula", float("nan"), None, 1e-5).passed
