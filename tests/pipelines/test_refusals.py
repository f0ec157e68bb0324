"""What stops a run, and with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from deep_alpha.errors import ConfigurationError, MarketDataError
from tests.pipelines.conftest import Run


def test_a_misspelt_setting_stops_before_any_node(run: Run, data_root: Path) -> None:
    with pytest.raises(Exception, match="min_barz"):
        run("ingest", "factors", **{"universe.min_barz": 5})
    assert not (data_root / "market.json").exists()


def test_a_misspelt_model_setting_stops_before_any_node(run: Run, data_root: Path) -> None:
    with pytest.raises(Exception, match="hiden"):
        run(**{"models.mlp_rank.config.hiden": [8]})
    assert not (data_root / "market.json").exists()


def test_a_negative_rate_stops_before_any_node(run: Run, data_root: Path) -> None:
    with pytest.raises(Exception, match="learning_rate"):
        run(**{"models.mlp_rank.config.learning_rate": -1.0})
    assert not (data_root / "market.json").exists()


def test_an_environment_for_real_data_asks_for_a_folder(run: Run) -> None:
    with pytest.raises(ConfigurationError, match="--params=market=FOLDER"):
        run("ingest", env="ashare")


def test_a_misspelt_parameter_of_the_command_line_is_refused(run: Run) -> None:
    with pytest.raises(ConfigurationError, match="--params=devise=… is not a parameter"):
        run("ingest", devise="cuda")


def test_an_own_model_can_not_take_a_built_in_name(run: Run) -> None:
    own = {"ridge": {"model_class": "tests.examples.own_model.ICWeighted"}}
    with pytest.raises(ConfigurationError, match="'ridge' is the name of a built-in model"):
        run("ingest", "factors", "risk", "behaviour_fits", own_models=own)


def test_an_unknown_profile_names_the_known_ones(run: Run) -> None:
    with pytest.raises(
        ConfigurationError,
        match="profile 'huge' is not known; choose one of: cpu, paper, paper_literal, small",
    ):
        run("ingest", "factors", profile="huge")


def test_a_misspelt_model_in_one_seed_stops_the_run(run: Run) -> None:
    words = r"profiles\.small\.one_seed: 'cnn_duel' is no model; the models are mlp_rank.*alphanet"
    with pytest.raises(ConfigurationError, match=words):
        run("ingest", "factors", **{"profiles.small.one_seed": ["cnn", "cnn_duel"]})


def test_overlapping_segments_need_the_profile_that_says_so(run: Run) -> None:
    with pytest.raises(ConfigurationError, match="needs --params=profile=paper_literal"):
        run("ingest", "factors", **{"folds.split": "paper"})


def test_folds_of_another_profile_do_not_enter_a_data_root_in_use(
    run: Run, data_root: Path
) -> None:
    run("ingest", "factors")
    before = (data_root / "05_model_input" / "folds.json").read_bytes()
    development = {
        "profile": "development",
        "profiles.development": {
            "seeds": [0],
            "horizons": [5],
            "folds": {"test_start": "2020-06-01", "live": False},
        },
    }
    for pipeline in ("factors", "behaviour", "backtest"):
        with pytest.raises(
            ConfigurationError,
            match=r"profile=development sets folds\.test_start=2020-06-01, folds\.live=False, but "
            r"this data root holds results of one that takes the market's folds: .*DEEP_ALPHA_DATA",
        ):
            run(pipeline, **development)
    with pytest.raises(ConfigurationError, match=r"sets folds\.split=paper, but this"):
        run("factors", profile="paper_literal")
    assert (data_root / "05_model_input" / "folds.json").read_bytes() == before


def test_a_misspelt_fold_setting_of_a_profile_stops_before_any_node(run: Run) -> None:
    with pytest.raises(Exception, match="test_strat"):
        run("factors", **{"profiles.small.folds": {"test_strat": "2020-06-01"}})


def test_there_is_nothing_to_export_before_a_signal_is_stored(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEP_ALPHA_DATA", str(tmp_path))
    with pytest.raises(Exception, match=r"no signal is stored in .*: fit and judge models first"):
        run("export")
    assert not (tmp_path / "08_reporting" / "exports").exists()


def test_another_market_does_not_enter_a_data_root_in_use(run: Run, data_root: Path) -> None:
    run("ingest")
    panel = (data_root / "02_intermediate" / "panel.zarr" / "zarr.json").stat().st_mtime_ns
    with pytest.raises(Exception, match="belongs to the market 'simulated'"):
        run("ingest", **{"simulation.seed": 1})
    assert (data_root / "02_intermediate/panel.zarr/zarr.json").stat().st_mtime_ns == panel


def test_a_pipeline_that_starts_from_storage_refuses_another_market_too(run: Run) -> None:
    run("ingest")
    with pytest.raises(MarketDataError, match="holds the market 'simulated', not 'elsewhere'"):
        run("factors", market="elsewhere")


def test_more_days_of_the_same_market_are_welcome(run: Run) -> None:
    run("ingest")
    run("ingest", **{"simulation.n_days": 521})
