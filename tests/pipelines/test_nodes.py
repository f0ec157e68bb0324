"""Nodes are plain functions: called here without Kedro."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.evaluation.settings import EvaluationSettings
from deep_alpha.market import Market, simulate_market
from deep_alpha.market.identity import identify
from deep_alpha.market.simulation import SimulationSettings
from deep_alpha.pipelines import gathering
from deep_alpha.pipelines.backtest.scoreboard_nodes import lay_out_scores
from deep_alpha.pipelines.binding import bind
from deep_alpha.pipelines.factors.nodes import target_settings
from deep_alpha.pipelines.ingest import nodes as ingest
from deep_alpha.pipelines.report.nodes import merge_metrics
from deep_alpha.pipelines.run_plan import resolve_run_plan
from deep_alpha.pipelines.score.nodes import rank_newest
from deep_alpha.signals import Signal

PROFILES = {"small": {"seeds": [0], "horizons": [10, 5]}}
DEVICES = {"cpu": {"threads": 1}}
SETTINGS = SimulationSettings(n_assets=20, n_days=60)


@pytest.fixture(scope="module")
def market():
    return simulate_market(**SETTINGS.model_dump())


@pytest.fixture(scope="module")
def plan():
    return planned(PROFILES)


def planned(profiles, *families):
    models = (dict.fromkeys(names) for names in families)
    return resolve_run_plan("small", profiles, "cpu", DEVICES, "serial", 0, *models)


def test_the_run_plan_puts_the_headline_horizon_first(plan) -> None:
    assert plan.horizon == 10
    targets = target_settings({"entry": "next_open", "max_suspended": 3}, plan)
    assert [(target.horizon, target.reach) for target in targets] == [(10, 11), (5, 6)]


def test_a_profile_names_no_model_that_there_is_not() -> None:
    small = {"seeds": [0, 1], "horizons": [5], "one_seed": ["cnn", "mine"]}
    other = {"seeds": [0], "horizons": [5], "one_seed": ["of another profile"]}
    plan = planned({"small": small, "other": other}, ["mlp", "cnn"], ["mine"])
    assert plan.profile.one_seed == ("cnn", "mine")
    with pytest.raises(
        ConfigurationError,
        match=r"^profiles\.small\.one_seed: 'mine' is no model; the models are mlp, cnn$",
    ):
        planned({"small": small}, ["mlp", "cnn"])
    small |= {"models": {"mpl": {"train_every": 2}}}
    with pytest.raises(ConfigurationError, match=r"^profiles\.small\.models: 'mpl' is no model"):
        planned({"small": small}, ["mlp", "cnn"], ["mine"])


def test_a_market_is_simulated_where_none_is_named(market) -> None:
    found = ingest.obtain_market("simulated", SETTINGS)
    pd.testing.assert_frame_equal(found.bars, market.bars)


def test_no_market_is_an_error_that_says_what_to_type() -> None:
    with pytest.raises(ConfigurationError, match="name the market's folder"):
        ingest.obtain_market("", SETTINGS)


def test_the_panel_carries_the_market_s_digest(market) -> None:
    record = identify(market.bars, "simulated")
    assert ingest.lay_panel(market, record).attrs["market"] == record.digest


def test_the_oracle_is_kept_of_a_simulated_market_only(market) -> None:
    record = identify(market.bars, "simulated")
    assert ingest.keep_oracle(market, record).shape[0] == 60
    real = Market(bars=market.bars)
    assert ingest.keep_oracle(real, record).empty


def test_all_tables_but_the_bars_are_kept(market) -> None:
    record = identify(market.bars, "simulated")
    assert set(ingest.keep_tables(market, record)) == set(market.tables()) - {"bars"}


def test_gathering_keeps_names_and_own_signals_follow() -> None:
    gathered = gathering.gather(("a", "b"), 1, 2)
    assert gathered == {"a": 1, "b": 2}
    assert gathering.add_own(gathered, {"mine": 3}) == {"a": 1, "b": 2, "mine": 3}


def test_a_blend_needs_parts_that_are_there() -> None:
    dates = pd.bdate_range("2020-01-01", periods=2)
    frame = pd.DataFrame(
        {"date": np.repeat(dates, 3), "asset": list("ABC") * 2, "score": [1.0, 2, 3, 3, 2, 1]}
    )
    meta = {"market": "m", "universe": "u", "horizon": 5, "entry": "close"}
    signals = {name: Signal(frame.assign(fold="2020H1"), meta) for name in ("one", "two")}
    both = EvaluationSettings(blends={"both": ("one", "two")})
    scores = lay_out_scores(signals, both)
    assert list(scores) == ["one", "two", "both"]
    assert scores["both"].to_numpy().tolist() == [[1 / 3, 2 / 3, 1.0], [1.0, 2 / 3, 1 / 3]]
    for blends, reason in (
        ({"both": ("one", "three")}, "there is no signal three"),
        ({"one": ("one", "two")}, "its name is taken"),
        ({"none": ()}, "it has no parts"),
        ({"random": ("one", "two")}, "its name is taken"),
    ):
        with pytest.raises(ConfigurationError, match=reason):
            lay_out_scores(signals, EvaluationSettings(blends=blends))
    with pytest.raises(ConfigurationError, match="a signal is called random"):
        lay_out_scores({**signals, "random": signals["one"]}, both)


def test_metrics_are_merged_in_the_order_of_tables() -> None:
    parts = {"portfolio": lambda: [{"table": "portfolio"}], "ic": lambda: [{"table": "ic"}]}
    assert [record["table"] for record in merge_metrics(parts)] == ["ic", "portfolio"]


def test_a_bound_function_shows_kedro_the_rest_of_its_signature() -> None:
    def add(first: int, second: int) -> int:
        """Add."""
        return first + second

    bound = bind(add, 40)
    assert bound(2) == 42
    assert bound.__name__ == "add"
    assert bound.__annotations__ == {"second": int, "return": int}


def test_an_unknown_headline_model_names_the_known_ones(plan) -> None:
    with pytest.raises(ConfigurationError, match="'best' is not known; choose one of: a, b"):
        rank_newest(
            {"a": "features", "b": "features"},
            "best",
            plan,
            None,
            None,
            {},
            None,
            None,
            {},
            None,
            {},
        )


def test_a_headline_model_that_is_not_fitted_is_an_error(plan) -> None:
    nothing = (None, None, {}, None, None, {}, None, {})
    with pytest.raises(ConfigurationError, match="headline_model 'a' is not fitted in this data"):
        rank_newest({"a": "features", "b": "images"}, "a", plan, *nothing, None, None)
