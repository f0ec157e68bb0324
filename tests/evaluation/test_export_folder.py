"""A folder of exports holds what it says, and its own words are enough to read it."""

from __future__ import annotations

import json
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from deep_alpha.backtest import performance
from deep_alpha.evaluation import rank_ic
from deep_alpha.evaluation.export_folder import (
    ExportSettings,
    SignalExport,
    write_guide,
    write_signal,
)

DATES = pd.bdate_range("2020-01-02", periods=80)
ASSETS = [f"{k:06d}" for k in range(1, 31)]
META = {"model": "mlp", "horizon": 5, "entry": "close", "seeds": [0], "fingerprints": {"0": "f1"}}


def frame(seed: int, scale: float = 1.0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(scale * random.normal(size=(len(DATES), len(ASSETS))), DATES, ASSETS)


@pytest.fixture
def forward_returns() -> dict[int, pd.DataFrame]:
    return {1: frame(1, 0.01), 5: frame(5, 0.02)}


@pytest.fixture
def groups() -> pd.Series:
    return pd.Series([("Banks", "Metals")[k % 2] for k in range(30)], ASSETS)


@pytest.fixture
def portfolios() -> pd.DataFrame:
    random = np.random.default_rng(3)
    days = DATES.append(pd.bdate_range("2020-04-23", periods=5))  # the last positions run off
    legs = ["top", "bottom", "long_short", "long_short_net_10"]
    return pd.DataFrame(random.normal(0.001, 0.01, (len(days), 4)), days, legs)


@pytest.fixture
def written(tmp_path, forward_returns, groups, portfolios):
    """A folder with one signal, and that signal's entry of the index."""
    enhanced = pd.DataFrame({"portfolio": 0.01, "benchmark": 0.02, "excess": -0.01}, DATES)
    export = SignalExport(frame(0), META, {"returns": portfolios, "enhanced_index": enhanced})
    entry = write_signal(tmp_path, "mlp", export, forward_returns, groups, quantiles=3)
    write_guide(tmp_path, {"mlp": entry}, (1, 5), "close", 244)
    return tmp_path, entry


def test_a_signal_leaves_four_files_and_an_entry_that_counts_their_rows(written):
    folder, entry = written
    assert sorted(file.name for file in (folder / "mlp").iterdir()) == sorted(entry["rows"])
    assert entry["rows"] == {
        "scores.csv": 80 * 30,
        "factor_data.parquet": 80 * 30,
        "returns.csv": 85,
        "enhanced_index.csv": 80,
    }
    assert (entry["first"], entry["last"]) == ("2020-01-02", "2020-04-22")
    assert entry["horizon"] == 5
    assert entry["left_out"] == {}
    assert "fingerprints" not in entry
    assert json.loads((folder / "index.json").read_text()) == {"mlp": entry}
    table = pd.read_parquet(folder / "mlp/factor_data.parquet")
    assert set(table["factor_quantile"]) == {1, 2, 3}
    assert set(table["group"]) == {"Banks", "Metals"}


def test_the_code_of_the_readme_reads_everything(written, monkeypatch, forward_returns, portfolios):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("alphalens")
        pytest.importorskip("quantstats")
    folder, _ = written
    text = (folder / "README.txt").read_text(encoding="utf-8")
    code = re.findall(r"^    ((?:import|from) .+|\w+ = .+)$", text, flags=re.MULTILINE)
    monkeypatch.chdir(folder)
    found: dict = {}
    exec("\n".join(code), found)  # noqa: S102
    read = found["scores"].pivot(index="date", columns="asset", values="score")
    pd.testing.assert_frame_equal(read, frame(0), check_names=False, check_freq=False)
    for horizon, returns in forward_returns.items():
        expected = rank_ic(frame(0), returns)
        np.testing.assert_allclose(found["ic"][f"{horizon}D"], expected, atol=1e-12)
    ours = performance(portfolios["long_short"], ann_days=244)
    assert found["sharpe"] == pytest.approx(ours.sharpe, rel=1e-12)


def test_what_there_is_nothing_of_has_no_file(tmp_path, forward_returns, groups):
    entry = write_signal(tmp_path, "mlp", SignalExport(frame(0), META), forward_returns, groups)
    assert set(entry["rows"]) == {"scores.csv", "factor_data.parquet"}
    assert not (tmp_path / "mlp/returns.csv").exists()


def test_a_file_that_can_not_be_is_left_out_with_the_reason(
    tmp_path, forward_returns, groups, portfolios
):
    portfolios.iloc[7, 2] = np.nan
    constant = SignalExport(0 * frame(0), META, {"returns": portfolios})
    entry = write_signal(tmp_path, "mlp", constant, forward_returns, groups)
    assert set(entry["rows"]) == {"scores.csv"}
    assert "no day's scores differ enough for quantiles" in entry["left_out"]["factor_data.parquet"]
    assert "long_short: no return on 2020-01-13" in entry["left_out"]["returns.csv"]
    assert [file.name for file in (tmp_path / "mlp").iterdir()] == ["scores.csv"]


def test_the_readme_shows_a_signal_that_has_all_files(written):
    folder, entry = written
    bare = {**entry, "rows": {"scores.csv": 1}}
    write_guide(folder, {"constant": bare, "mlp": entry}, (1, 5), "close", 244)
    assert "constant" not in (folder / "README.txt").read_text(encoding="utf-8")


def test_impossible_settings():
    assert ExportSettings().signals == ()
    assert ExportSettings().horizons == (1, 5, 10)
    for wrong in ({"horizons": []}, {"horizons": [0]}, {"signal": ["mlp"]}):
        with pytest.raises(ValidationError):
            ExportSettings.model_validate(wrong)
