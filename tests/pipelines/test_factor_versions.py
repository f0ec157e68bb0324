"""The table of factors has the IC of both versions, whichever the run uses (000-P6)."""

from __future__ import annotations

import weakref

import numpy as np
import pytest

from deep_alpha.factors import behavioural_factors
from deep_alpha.factors.features import FactorSettings, build_features
from deep_alpha.folds import FoldSettings, make_folds, manifest
from deep_alpha.market import simulate_market
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.panel import build_panel
from deep_alpha.pipelines.factors import nodes
from deep_alpha.pipelines.factors.nodes import tabulate_factors, tabulate_other_version
from deep_alpha.targets import TargetSettings
from deep_alpha.training.device import DeviceSettings
from deep_alpha.training.plan import ExecutorSettings, Profile, RunPlan
from tests.pipelines.conftest import Run

HORIZON = 5
PLAN = RunPlan(
    "small", Profile(seeds=(0,), horizons=(HORIZON,)), "cpu", DeviceSettings(), ExecutorSettings()
)
UNIVERSE = UniversePolicy(min_bars=30)
FREE_OF_PRICES = (1, 12, 27, 34, 35, 36, 38, 41, 42, 44)


@pytest.fixture(scope="module")
def panel():
    market = simulate_market(n_assets=40, n_days=360)
    return build_panel(market.bars, market.assets)


def tabulated(panel, *, scale_free):
    """The table by the number of the factor, as the pipeline makes it."""
    settings = FactorSettings(scale_free=scale_free, minimum_present=20)
    raw = behavioural_factors(panel, scale_free=scale_free)
    features = build_features(raw, panel, eligible(panel, UNIVERSE), settings)
    reach = TargetSettings(horizon=HORIZON, entry="close").reach
    first_test = str(features.dates[290].astype("datetime64[D]"))
    folds = make_folds(
        features.dates, reach, FoldSettings(test_start=first_test), features.first_day
    )
    common = (
        panel, UNIVERSE, settings, {"entry": "close"}, PLAN,
        {f"h{HORIZON}": manifest(folds, features.dates, reach)}, features,
    )  # fmt: skip
    return tabulate_other_version(tabulate_factors(raw, *common), *common).set_index("number")


def test_each_version_is_the_other_one_s_other(panel):
    literal, free = (tabulated(panel, scale_free=scale_free) for scale_free in (False, True))
    assert set(literal["version"]) == {"literal"}
    assert set(free["version"]) == {"scale-free"}
    for column in ("ic", "test_ic"):
        assert literal[column].notna().sum() > 40
        np.testing.assert_array_equal(literal[column], free[f"other_{column}"])
        np.testing.assert_array_equal(literal[f"other_{column}"], free[column])
    differs = (literal["ic"] != free["ic"]) & literal["ic"].notna()
    assert set(literal.index[differs]).isdisjoint(FREE_OF_PRICES)
    assert differs.sum() > 30


def test_both_versions_are_never_in_memory_together(run: Run, monkeypatch):
    made = {}

    def watched(panel, *, scale_free):
        assert all(earlier() is None for earlier in made.values())
        found = behavioural_factors(panel, scale_free=scale_free)
        made[scale_free] = weakref.ref(found.to_numpy())
        return found

    monkeypatch.setattr(nodes, "behavioural_factors", watched)
    run("ingest", "factors")
    assert list(made) == [False, True]
