"""Which signals are exported, and what the folder holds afterwards."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.export_folder import ExportSettings
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.pipelines.export.nodes import write_exports
from deep_alpha.signals import Signal

TARGET = {"entry": "close", "kind": "residual", "max_suspended": 5}


@pytest.fixture
def export(small_panel, tmp_path):
    """``export(**settings)`` writes two signals, one without scores beside them."""
    dates = pd.DatetimeIndex(small_panel["date"].to_numpy()[40:80], name="date")
    assets = pd.Index(small_panel["asset"].to_numpy().astype(str), name="asset")
    random = np.random.default_rng(0)

    def signal(name: str, fold: str) -> Signal:
        wide = pd.DataFrame(random.normal(size=(len(dates), len(assets))), dates, assets)
        scores = wide.reset_index().melt("date", var_name="asset", value_name="score")
        return Signal(scores.assign(fold=fold), {"model": name})

    stored = {
        name: partial(signal, name, fold)
        for name, fold in (("mlp", "2019-03"), ("ridge", "2019-03"), ("young", "live"))
    }
    portfolios = pd.DataFrame({"date": dates, "top": 0.01, "naive_top": 0.05, "model": "mlp"})
    growth = (1.0 + pd.Series(random.normal(0, 0.01, len(dates)), dates)).cumprod()
    curves = growth.rename("value").reset_index().assign(part="portfolio", signal="mlp")

    def go(**settings):
        write_exports(
            stored,
            small_panel,
            portfolios,
            {"curves": lambda: curves.assign(portfolio="top_5")},
            {"enhancement_curves": lambda: curves},
            ExportSettings(**settings),
            EvaluationSettings(quantiles=3),
            TARGET,
            str(tmp_path),
        )
        folder = tmp_path / "exports"
        return folder, json.loads((folder / "index.json").read_text())

    return go


def test_all_signals_with_scores_on_test_dates_are_exported(export) -> None:
    folder, index = export(horizons=(1,))
    assert set(index) == {"mlp", "ridge"}
    assert set(index["mlp"]["rows"]) == {
        "scores.csv",
        "factor_data.parquet",
        "returns.csv",
        "enhanced_index.csv",
        "long_only_top_5.csv",
    }
    assert set(index["ridge"]["rows"]) == {"scores.csv", "factor_data.parquet"}
    assert sorted(file.name for file in folder.iterdir()) == [
        "README.txt",
        "index.json",
        "mlp",
        "ridge",
    ]
    assert (folder / "mlp/returns.csv").read_text().splitlines()[0] == "date,top"


def test_the_folder_is_what_was_asked_for_last(export) -> None:
    export(horizons=(1,))
    folder, index = export(signals=("ridge",), horizons=(5,))
    assert set(index) == {"ridge"}
    assert not (folder / "mlp").exists()
    table = pd.read_parquet(folder / "ridge/factor_data.parquet")
    assert list(table.columns) == ["5D", "factor", "group", "factor_quantile"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("best", "there is no signal best; there are mlp, ridge, young"),
        ("young", "young: no scores on test dates, so nothing to export"),
    ],
)
def test_what_can_not_be_exported_leaves_the_folder_as_it_was(export, asked, message) -> None:
    folder, before = export(horizons=(1,))
    with pytest.raises(ConfigurationError, match=message):
        export(signals=(asked,), horizons=(1,))
    assert json.loads((folder / "index.json").read_text()) == before
    assert (folder / "mlp/scores.csv").exists()
