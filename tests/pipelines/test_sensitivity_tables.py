"""The trials' feature tables: other columns at the same rows; and their judgement."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import spearmanr

from deep_alpha.factors import behavioural_factors, factor_set, winsorise, zscore
from deep_alpha.factors.features import FactorSettings, build_features
from deep_alpha.feature_table import FeatureTable
from deep_alpha.folds import FoldSettings
from deep_alpha.pipelines.sensitivity.judgement import COLUMNS, judge_trials, same_pairs
from deep_alpha.pipelines.sensitivity.settings import SensitivitySettings
from deep_alpha.pipelines.sensitivity.tables import lay_trial_tables
from deep_alpha.pipelines.sensitivity.trials import Trial, plan_trials
from tests.factors.panels import random_panel
from tests.no_future import assert_no_future

FACTORS = FactorSettings(warm_up_days=205, minimum_present=36)
VARIANTS = {
    "own": {},
    "44": {"factors": {"set": "all44"}},
    "first": {"factors": {"set": "first40"}},
    "unclipped": {"factors": {"winsor": "none"}},
    "free": {"factors": {"scale_free": True}},
}


@pytest.fixture(scope="module")
def panel() -> xr.Dataset:
    return random_panel(dates=260, assets=24, seed=4)


def features_of(panel: xr.Dataset, folder: Path | None = None) -> FeatureTable:
    table = build_features(behavioural_factors(panel), panel, panel["traded"], FACTORS)
    if folder is None:
        return table
    table.save(folder)
    return FeatureTable.open(folder)


@pytest.fixture(scope="module")
def trials() -> dict[str, Trial]:
    asked = SensitivitySettings.model_validate(
        {"axes": {"axis": {"model": "plain", "variants": VARIANTS}}, "tables": "unused"}
    )
    models = {"plain": {"model_class": "deep_alpha.models.mlp.MLP"}}
    found = plan_trials(asked, models, FACTORS, FoldSettings())
    return {trial.variant: trial for trial in found}


@pytest.fixture(scope="module")
def laid(panel, trials, tmp_path_factory) -> tuple[FeatureTable, dict[str, FeatureTable]]:
    """The run's own table, and those of the trials."""
    root = tmp_path_factory.mktemp("tables")
    own = features_of(panel, root / "own")
    folders = lay_trial_tables(list(trials.values()), own, panel, FACTORS, root / "trials")
    assert {folder.name for folder in (root / "trials").iterdir()} == {
        "mad5_literal", "none_literal", "mad5_scale_free",
    }  # fmt: skip
    return own, {name: FeatureTable.open(folders[trial.job]) for name, trial in trials.items()}


def test_all_tables_have_the_rows_of_the_run_s_own(laid):
    own, tables = laid
    assert tables["own"].folder == own.folder.absolute()
    for table in tables.values():
        for name in ("date_index", "asset_index", "sample", "dates", "assets"):
            np.testing.assert_array_equal(getattr(table, name), getattr(own, name))
        assert np.isfinite(table.values).all()


def test_what_is_not_varied_is_bit_for_bit_the_run_s_own(laid, trials):
    own, tables = laid
    wide = tables["44"]
    columns = factor_set("table40")
    np.testing.assert_array_equal(wide.values[:, wide.columns(columns)], own.values)  # noqa: PD011
    for name, trial in trials.items():
        assert set(trial.columns) <= set(tables[name].names)


@pytest.mark.parametrize(
    ("name", "winsor", "scale_free"), [("unclipped", "none", False), ("free", "mad5", True)]
)
def test_what_is_varied_is_scaled_over_the_same_rows(laid, panel, name, winsor, scale_free):
    own, tables = laid
    kept = np.zeros(panel["close"].shape, dtype=bool)
    kept[own.date_index, own.asset_index] = True
    raw = behavioural_factors(panel, scale_free=scale_free).sel(factor=list(tables[name].names))
    steps = zscore(winsorise(raw.to_numpy(), kept, winsor), kept).transpose(0, 2, 1)[kept]
    np.testing.assert_allclose(
        tables[name].values, np.nan_to_num(steps, nan=0.0), rtol=1e-4, atol=1e-5
    )
    assert not np.allclose(tables[name].values, own.values, atol=0.1)


def test_nothing_from_the_future(panel, trials, tmp_path):
    def grid(past: xr.Dataset) -> xr.DataArray:
        own = features_of(past, tmp_path / "own")
        folders = lay_trial_tables([trials["free"]], own, past, FACTORS, tmp_path / "trials")
        table = FeatureTable.open(folders[trials["free"].job])
        shape = (past.sizes["date"], past.sizes["asset"], len(table.names))
        values = np.full(shape, np.nan, dtype=np.float32)
        values[table.date_index, table.asset_index] = table.values  # noqa: PD011
        return xr.DataArray(
            values,
            dims=("date", "asset", "factor"),
            coords={"date": past["date"], "asset": past["asset"], "factor": list(table.names)},
        )

    assert_no_future(grid, panel, cuts=[230])


def frame(values: np.ndarray, first: str = "2021-01-04") -> pd.DataFrame:
    dates = pd.bdate_range(first, periods=len(values), name="date")
    return pd.DataFrame(values, dates, [f"A{k:02d}" for k in range(values.shape[1])])


def test_trials_are_judged_on_the_pairs_that_all_of_them_score(trials):
    random = np.random.default_rng(0)
    returns = frame(random.normal(size=(40, 30)))
    everyone = frame(returns.to_numpy() + random.normal(size=(40, 30)))
    fewer = frame(0.3 * returns.to_numpy() + random.normal(size=(40, 30))).iloc[2:]
    fewer = fewer.mask(random.random(fewer.shape) < 0.2)
    constant = frame(np.full((40, 30), 0.25))
    chosen = [
        trials["own"],
        replace(trials["44"], job="fewer"),
        replace(trials["free"], job="flat"),
    ]
    scores = {chosen[0].job: everyone, "fewer": fewer, "flat": constant}
    seconds = dict.fromkeys(scores, 1.5)
    table = judge_trials(chosen, same_pairs(scores), seconds, returns, 5)

    known = fewer.notna()
    expected = [
        spearmanr(everyone.loc[day][known.loc[day]], returns.loc[day][known.loc[day]]).statistic
        for day in fewer.index
    ]
    assert tuple(table.columns) == tuple(COLUMNS)
    assert table.loc[0, "rank_ic"] == pytest.approx(np.mean(expected))
    assert table.loc[0, "rank_ic_sd"] == pytest.approx(np.std(expected, ddof=1))
    assert table.loc[0, "icir"] == pytest.approx(np.mean(expected) / np.std(expected, ddof=1))
    assert table["days"].tolist() == [38, 38, 0]
    assert 0.0 < table.loc[0, "hac_p"] < 0.001
    assert table["base"].tolist() == [True, False, False]
    assert table["degenerate"].tolist() == [False, False, True]
    assert np.isnan(table.loc[2, "rank_ic"])
    assert table["seconds"].tolist() == [1.5] * 3
    assert not table["leaks"].any()


def test_no_trials_are_a_table_with_its_columns():
    table = judge_trials([], same_pairs({}), {}, frame(np.zeros((3, 3))), 5)
    assert table.empty
    assert tuple(table.columns) == tuple(COLUMNS)
    assert {name: str(kind) for name, kind in table.dtypes.items()} == dict(COLUMNS)
