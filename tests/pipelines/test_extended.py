"""The factors pipeline lays the extended table, whatever the market has."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deep_alpha.factors.extended_catalogue import EXTENDED76, EXTENDED_NAMES
from deep_alpha.feature_table import FeatureTable
from deep_alpha.market import Market, simulate_market, write_market
from deep_alpha.market.tables import BARS
from tests.pipelines.conftest import Run

YIELDS = {"earnings_yield", "book_to_price"}


@pytest.fixture(scope="module")
def bare_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market folder of nothing but the required columns of bars."""
    bars = simulate_market(n_assets=30, n_days=420).bars
    required = [column.name for column in BARS.columns if column.required]
    return write_market(Market(bars=bars[required]), tmp_path_factory.mktemp("bare"))


def table(root: Path, name: str) -> FeatureTable:
    return FeatureTable.open(root / "04_feature" / name)


def test_rows_and_paper_columns_are_those_of_the_features(run: Run, data_root: Path) -> None:
    run("ingest", "factors")
    features, extended = table(data_root, "behavioural"), table(data_root, "extended")
    assert extended.names == EXTENDED76
    np.testing.assert_array_equal(extended.date_index, features.date_index)
    np.testing.assert_array_equal(extended.asset_index, features.asset_index)
    np.testing.assert_array_equal(extended.values[:, :40], features.values)  # noqa: PD011
    assert np.isfinite(extended.values).all()
    summary = pd.read_parquet(data_root / "04_feature" / "extended_summary.parquet")
    assert summary["name"].tolist() == list(EXTENDED_NAMES)
    assert summary["known"].between(0.2, 1.0).all()
    assert (summary["stand_in"] == "").all()


def test_bare_bars_have_proxies_and_the_run_names_what_is_empty(
    run: Run,
    bare_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("DEEP_ALPHA_DATA", str(tmp_path))
    logger = "deep_alpha.pipelines.factors.nodes"
    with caplog.at_level(logging.WARNING, logger=logger):
        run("ingest", "factors", market=str(bare_folder))
    (warning,) = (record.getMessage() for record in caplog.records if record.name == logger)
    assert warning == ("no value in this market, 0 in every row: earnings_yield, book_to_price")
    extended = table(tmp_path, "extended")
    columns = extended.columns(tuple(YIELDS))
    assert (extended.values[:, columns] == 0.0).all()  # noqa: PD011
    summary = pd.read_parquet(tmp_path / "04_feature" / "extended_summary.parquet")
    assert set(summary.loc[summary["known"] == 0.0, "name"]) == YIELDS
    stand_in = summary.set_index("name")["stand_in"]
    assert stand_in["log_turnover_20"] == "turnover: volume ÷ median volume of 252 traded days"
    assert stand_in["log_total_cap"] == "cap: mean traded amount of 60 traded days"
    names = json.loads((tmp_path / "04_feature" / "extended" / "table.json").read_text())["names"]
    assert len(names) == 76
