"""The whole way on a small simulated market: what a user types, and what must be there after."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from deep_alpha.evaluation.exports import read_factor_data
from deep_alpha.pipelines.gathering import SIGNALS
from deep_alpha.signals import Signal
from tests.pipelines.conftest import Run

CONSTANT = {"svr_raw"}
"""Raw five-day returns lie inside the tube (000-M10): nothing to judge."""
FITS = ("ingest", "factors", "risk", "behaviour_fits", "alphanet_fits")
SPEAKING = tuple(name for name in SIGNALS if name not in CONSTANT)


@pytest.fixture(scope="module")
def finished(run: Run, data_root: Path) -> Path:
    """The data root after a first run."""
    run()
    return data_root


def signal(root: Path, name: str) -> Signal:
    return Signal.open(root / "07_model_output" / "signals" / f"{name}.parquet")


def imported(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(name)


def contents(root: Path, pattern: str) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in sorted(root.glob(pattern))}


@pytest.mark.parametrize("name", SIGNALS)
def test_every_model_leaves_a_signal_with_its_provenance(finished: Path, name: str) -> None:
    left = signal(finished, name)
    assert list(left.scores.columns) == ["date", "asset", "score", "fold"]
    assert not left.scores.duplicated(["date", "asset", "fold"]).any()
    assert left.scores["score"].notna().all()
    assert {"market", "universe", "horizon", "entry", "model", "seeds"} <= set(left.meta)
    assert left.meta["horizon"] == 5


def test_signals_lie_in_the_test_windows_only(finished: Path) -> None:
    folds = json.loads((finished / "05_model_input" / "folds.json").read_text())["h5"]["folds"]
    scores = signal(finished, "mlp_rank").scores
    for fold in folds:
        dates = scores.loc[scores["fold"] == fold["name"], "date"]
        assert dates.min() == pd.Timestamp(fold["test"]["first_feature"])
        assert dates.max() == pd.Timestamp(fold["test"]["last_feature"])


def test_single_seeds_average_to_the_signal(finished: Path) -> None:
    folder = finished / "07_model_output" / "signals" / "seeds" / "mlp_rank"
    seeds = [Signal.open(file).scores["score"] for file in sorted(folder.glob("*.parquet"))]
    assert len(seeds) == 2
    mean = np.mean(seeds, axis=0)
    assert signal(finished, "mlp_rank").scores["score"].to_numpy() == pytest.approx(mean, abs=1e-6)


def test_the_report_and_its_numbers_are_there(finished: Path) -> None:
    report = finished / "08_reporting"
    page = (report / "index.html").read_text()
    records = json.loads((report / "metrics.json").read_text())
    assert {record["table"] for record in records} == {
        "ic",
        "portfolio",
        "fit",
        "risk_model",
        "risk_styles",
        "risk_descriptors",
    }
    assert 'href="risk.html"' in page
    assert 'href="index.html"' in (report / "risk.html").read_text()
    assert {record["row"] for record in records if record["table"] == "ic"} == set(SIGNALS)
    assert all(name in page for name in SIGNALS)
    assert "mlp_rank" in (report / "results.txt").read_text()
    assert len(list((report / "figures").rglob("*.png"))) > 10


def test_every_signal_is_on_the_scoreboard_and_held_as_portfolios(finished: Path) -> None:
    report = finished / "08_reporting"
    board = pd.read_parquet(report / "scoreboard" / "board.parquet").set_index("signal")
    assert set(board.index) == {*SPEAKING, "low_volatility", "random"}
    assert (
        board.loc[list(SPEAKING), ["rank_ic", "residual_ic", "tradable_ic"]].notna().all(axis=None)
    )
    layers = pd.read_parquet(report / "layer" / "layers.parquet")
    assert set(layers["signal"]) == {*SPEAKING, "random"}
    assert board.loc["random", ["rank_ic", "layer_first", "layer_last"]].notna().all()
    assert set(layers["cost"]) == {"paper_x10", "paper_literal", "decimal"}
    enhanced = pd.read_parquet(report / "enhancement" / "enhancement.parquet")
    assert set(enhanced["signal"]) == {"mlp_rank"}
    held = pd.read_parquet(report / "long_only" / "figures.parquet")
    assert set(zip(held["signal"], held["portfolio"], strict=True)) == {
        ("mlp_rank", "top_5"), ("mlp_rank", "top_decile"),
    }  # fmt: skip
    assert held["annual_return"].notna().all()
    for page in ("scoreboard", "portfolios"):
        html = (report / f"{page}.html").read_text()
        assert "mlp_rank" in html
        assert 'href="index.html"' in html


def test_signals_and_returns_are_exported_for_other_libraries(finished: Path, run: Run) -> None:
    alphalens, quantstats = imported("alphalens"), imported("quantstats")
    run("export", **{"export.horizons": [5]})
    folder = finished / "08_reporting" / "exports"
    index = json.loads((folder / "index.json").read_text())
    assert set(index) == set(SIGNALS)
    scores = pd.read_csv(folder / "mlp_rank/scores.csv", dtype={"asset": str}, parse_dates=["date"])
    stored = signal(finished, "mlp_rank").wide()
    back = scores.pivot(index="date", columns="asset", values="score").astype("float32")
    pd.testing.assert_frame_equal(back, stored, check_names=False, check_index_type=False)
    factors = read_factor_data(folder / "mlp_rank/factor_data.parquet")
    ic = alphalens.performance.factor_information_coefficient(factors)
    ours = pd.read_parquet(finished / "08_reporting/series/daily_ic.parquet")
    ours = ours[ours["model"] == "mlp_rank"].set_index("date")["rank_ic"]
    expected = ours.loc[ours.index.isin(ic.index)]
    np.testing.assert_allclose(ic["5D"], expected, atol=1e-6)
    assert len(ic) == ours.notna().sum()
    returns = pd.read_csv(folder / "mlp_rank/returns.csv", index_col="date", parse_dates=True)
    assert not [column for column in returns if column.startswith("naive")]
    sharpe = quantstats.stats.sharpe(returns["long_short"], periods=252)
    board = pd.read_parquet(finished / "08_reporting/scoreboard/board.parquet").set_index("signal")
    assert sharpe == pytest.approx(board.loc["mlp_rank", "ls_sharpe_gross"])
    enhanced = pd.read_csv(folder / "mlp_rank/enhanced_index.csv", index_col="date")
    excess = enhanced["portfolio"] - enhanced["benchmark"]
    np.testing.assert_allclose(enhanced["excess"], excess, atol=1e-12)
    assert (folder / "mlp_rank/long_only_top_5.csv").exists()
    assert not (folder / "ridge/enhanced_index.csv").exists()


def test_the_ranking_is_of_the_newest_date(finished: Path) -> None:
    ranking = pd.read_csv(finished / "07_model_output" / "ranking.csv", dtype={"asset": str})
    record = json.loads((finished / "market.json").read_text())
    assert set(ranking["date"]) == {record["dates"][-1]}
    assert ranking["rank"].tolist() == list(range(1, len(ranking) + 1))
    assert ranking["score"].is_monotonic_decreasing
    assert ranking["score"].equals(ranking["mlp_rank"])


def test_the_ledger_knows_every_fit_and_grows_once(finished: Path, run: Run) -> None:
    ledger = finished / "08_reporting" / "ledger.jsonl"
    before = ledger.read_text().splitlines()
    fits = [json.loads(line) for line in before]
    models = {fit["model"] for fit in fits}
    assert {name for name in models if "/" not in name} == {*SIGNALS} - {"oracle"}
    assert {name.partition("/")[0] for name in models if "/" in name} == {
        "sensitivity",
        "ablation",
    }
    rule = [fit for fit in fits if fit["config"] == '"untrained"']
    assert {fit["model"] for fit in rule} == {"composite"}
    assert all(fit["train_last"] < fit["test_first"] for fit in fits if fit not in rule)
    assert {fit["model"] for fit in fits if fit["leaks_by_design"]} == {
        "sensitivity/split/paper",
        "sensitivity/split/paper, all of it literal",
    }
    board = pd.read_parquet(finished / "08_reporting/scoreboard/board.parquet").set_index("signal")
    days = [fit["test_days"] for fit in rule]
    ic = np.average([fit["test_ic"] for fit in rule], weights=days)
    assert ic == pytest.approx(board.loc["composite", "rank_ic"], abs=1e-6)
    assert sum(days) == board.loc["composite", "days"]
    search = pd.read_parquet(finished / "08_reporting/scoreboard/search.parquet")
    counted = search.set_index(["scope", "statistic"])["value"]
    assert counted["all", "configurations"] == len({(f["model"], f["config"]) for f in fits})
    assert counted["composite", "configurations"] == 1
    assert counted["all", "looks"] == len(fits)
    run("behaviour_fits", "backtest", until=("note_untrained_looks",))
    assert ledger.read_text().splitlines() == before


def test_the_same_command_again_reuses_every_fit_and_gives_the_same_bytes(
    finished: Path, run: Run
) -> None:
    signals = contents(finished, "07_model_output/signals/**/*.parquet")
    jobs = {
        file: file.stat().st_mtime_ns for file in finished.glob("06_models/jobs/**/record.json")
    }
    run(*FITS)
    assert contents(finished, "07_model_output/signals/**/*.parquet") == signals
    assert {file: file.stat().st_mtime_ns for file in jobs} == jobs


def test_another_data_root_gives_the_same_bytes(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("DEEP_ALPHA_DATA", str(tmp_path))
    run(*FITS)
    pattern = "07_model_output/signals/**/*.parquet"
    assert contents(tmp_path, pattern) == contents(finished, pattern)


def test_a_final_model_of_an_earlier_version_can_be_asked_for(finished: Path, run: Run) -> None:
    versions = sorted(folder.name for folder in (finished / "06_models/final/ridge").iterdir())
    assert versions
    run("score", versions={"ridge_final": versions[0]})
    ranking = pd.read_csv(finished / "07_model_output" / "ranking.csv")
    assert ranking["ridge"].notna().all()


def test_a_user_s_factor_and_model_join_by_import_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("DEEP_ALPHA_DATA", str(tmp_path))
    run(
        "ingest",
        "factors",
        "risk",
        "behaviour_fits",
        **{
            "factors.own": {"illiquidity": "tests.examples.own_factor.illiquidity"},
            "own_models": {
                "ic_weighted": {
                    "model_class": "tests.examples.own_model.ICWeighted",
                    "features": "all",
                    "seeded": False,
                }
            },
        },
    )
    records = json.loads((tmp_path / "06_models" / "jobs.json").read_text())
    assert "ic_weighted" in {record["model"] for record in records}
    names = json.loads((tmp_path / "04_feature/behavioural/table.json").read_text())["names"]
    assert names[-1] == "illiquidity"
    assert len(names) == 41
    own = Signal.open(tmp_path / "07_model_output/signals/own/ic_weighted.parquet")
    assert len(own.scores) == len(signal(tmp_path, "ridge").scores)


def test_one_more_day_refits_no_old_fold_and_changes_no_old_score(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("DEEP_ALPHA_DATA", str(tmp_path))
    run(*FITS)
    before = {name: signal(tmp_path, name).scores for name in SIGNALS}
    weights = {
        file: file.stat().st_mtime_ns
        for name in ("mlp_rank", "alphanet_v4")
        for file in tmp_path.glob(f"06_models/jobs/{name}/h5/2*/seed*/record.json")
    }
    fits = [json.loads(file.read_text())["fingerprints"]["fit"] for file in weights]
    run(*FITS, **{"simulation.n_days": 521})
    again = [json.loads(file.read_text())["fingerprints"]["fit"] for file in weights]
    assert fits == again
    for name, old in before.items():
        tested = old[old["fold"] != "live"]
        new = signal(tmp_path, name).scores
        both = tested.merge(new, on=["date", "asset", "fold"], suffixes=("_old", "_new"))
        assert len(both) == len(tested)
        assert (both["score_old"] == both["score_new"]).all()
        assert new["date"].max() > old["date"].max()


def test_the_papers_taken_literally_are_watermarked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("DEEP_ALPHA_DATA", str(tmp_path))
    run(profile="paper_literal", **{"profiles.paper_literal.model_settings": {"max_epochs": 2}})
    folds = json.loads((tmp_path / "05_model_input" / "folds.json").read_text())["h5"]["folds"]
    assert [fold["name"] for fold in folds] == ["paper"]
    assert folds[0]["valid"] == folds[0]["test"]
    assert "leaks by design" in (tmp_path / "08_reporting" / "index.html").read_text()
    ledger = (tmp_path / "08_reporting" / "ledger.jsonl").read_text().splitlines()
    assert all(json.loads(line)["leaks_by_design"] for line in ledger)
