"""The risk pipeline: what it leaves behind, and training on what it leaves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.grids import load_grids
from deep_alpha.labels import Labels
from tests.pipelines.conftest import Run


@pytest.fixture(scope="module")
def finished(run: Run, data_root: Path) -> Path:
    """The data root after the market, its risk model and its factors."""
    run("ingest", "risk", "factors")
    return data_root


def test_the_model_is_stored_and_its_page_drawn(finished: Path) -> None:
    exposures = load_grids(finished / "03_primary" / "risk" / "exposures.zarr")
    returns = load_grids(finished / "03_primary" / "risk" / "returns.zarr")
    panel = load_grids(finished / "02_intermediate" / "panel.zarr")
    for grids in (exposures, returns):
        np.testing.assert_array_equal(grids["asset"], panel["asset"])
        np.testing.assert_array_equal(grids["date"], panel["date"])
    assert exposures.attrs["level"] == "no_analyst"
    page = (finished / "08_reporting" / "risk.html").read_text()
    for word in ("LIQUIDTY", "EGIBS", "cap-weighted mean 0", "planted"):
        assert word in page, word
    assert len(list((finished / "08_reporting" / "figures" / "risk").glob("*.png"))) > 10


def test_every_check_holds_and_stands_in_the_metrics(finished: Path) -> None:
    file = finished / "08_reporting" / "metrics" / "risk" / "risk_model.json"
    values = {record["column"]: record["value"] for record in json.loads(file.read_text())}
    assert values["checks_passed"] == values["checks"] == 5
    assert values["country_correlation"] > 0.99
    assert 0.05 < values["mean_r_squared"] < 0.6
    checks = pd.read_parquet(finished / "08_reporting" / "risk" / "checks.parquet")
    assert checks["passed"].all()


def test_every_target_is_stored_for_every_horizon(finished: Path) -> None:
    targets = load_grids(finished / "05_model_input" / "risk_targets.zarr")
    assert set(targets.data_vars) == {"raw_5", "residual_5", "compound_5", "single_5"}
    known = targets["residual_5"].notnull()
    assert known.any()
    assert not (known & targets["raw_5"].isnull()).any()


def test_models_can_be_fitted_to_specific_returns(run: Run, finished: Path) -> None:
    raw = Labels.open(finished / "05_model_input" / "labels" / "h5")
    run("factors", **{"target.kind": "residual"})
    labels = Labels.open(finished / "05_model_input" / "labels" / "h5")
    assert labels.target.kind == "residual"
    both = ~np.isnan(labels.forward_return) & ~np.isnan(raw.forward_return)
    correlation = np.corrcoef(labels.forward_return[both], raw.forward_return[both])[0, 1]
    assert 0.5 < correlation < 0.999
    assert labels.forward_return[both].std() < raw.forward_return[both].std()


def test_a_daily_kind_does_not_enter_at_the_vwap(run: Run, finished: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"is made by the risk pipeline with target.entry"):
        run("factors", **{"target.kind": "single", "target.entry": "next_vwap"})


def test_a_level_beyond_the_tables_is_refused(run: Run, finished: Path) -> None:
    with pytest.raises(ConfigurationError, match="barra_level=full needs the table forecasts"):
        run("risk", **{"risk.barra_level": "full"})


def test_a_lower_level_leaves_styles_out(run: Run, finished: Path) -> None:
    run("risk", **{"risk.barra_level": "price_only"})
    exposures = load_grids(finished / "03_primary" / "risk" / "exposures.zarr")
    styles = ["SIZE", "BETA", "MOMENTUM", "RESVOL", "SIZENL", "LIQUIDTY"]
    assert exposures["style"].to_numpy().tolist() == styles


def test_a_misspelt_switch_stops_before_any_node(run: Run) -> None:
    with pytest.raises(Exception, match="outlierz"):
        run("risk", **{"risk.outlierz": "clip"})
