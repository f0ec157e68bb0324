"""One rebalance: small programs solved by hand, every limit, every rung, every failure."""

from __future__ import annotations

import cvxpy as cp
import numpy as np
import pytest
from pydantic import ValidationError
from scipy.optimize import linprog

from deep_alpha.backtest import enhancement, enhancement_program
from deep_alpha.backtest.enhancement import EnhancementSettings, Solution, enhance
from deep_alpha.backtest.enhancement_program import Outcome
from deep_alpha.errors import DeepAlphaError

FREELY = {"turnover_cap": 2.0}


def solved(
    alpha: list[float],
    benchmark: list[float],
    *,
    industry: list[int] | None = None,
    size: list[float] | None = None,
    previous: list[float] | str | None = "benchmark",
    fixed: tuple[int, ...] = (),
    can_buy: list[bool] | None = None,
    can_sell: list[bool] | None = None,
    **settings: float,
) -> Solution:
    """A rebalance in plain lists: by default one industry, no size, from the benchmark."""
    count = len(alpha)
    tradable = np.ones(count, dtype=bool)
    tradable[list(fixed)] = False
    start = benchmark if previous == "benchmark" else previous
    return enhance(
        np.array(alpha, dtype=float),
        np.array(benchmark),
        np.zeros(count, dtype=int) if industry is None else np.array(industry),
        np.zeros(count) if size is None else np.array(size, dtype=float),
        None if start is None else np.array(start),
        tradable,
        EnhancementSettings(**settings),
        can_buy=None if can_buy is None else np.array(can_buy),
        can_sell=None if can_sell is None else np.array(can_sell),
    )


def relaxed(solution: Solution) -> dict[tuple[str, int | None], tuple[float, float]]:
    return {
        (one.constraint, one.member): (one.from_, pytest.approx(one.to, abs=2e-6))
        for one in solution.relaxations
    }


class TestByHand:
    def test_weight_moves_within_each_industry_up_to_the_cap(self):
        found = solved(
            [1, 0, 0, 2], [0.3, 0.2, 0.3, 0.2], industry=[7, 7, 3, 3], active_cap=0.1, **FREELY
        )
        np.testing.assert_allclose(found.weights, [0.4, 0.1, 0.2, 0.3], atol=1e-9)
        assert (found.status, found.relaxations) == ("optimal", ())
        assert found.objective == pytest.approx(0.4 + 2 * 0.3)
        assert found.active_share == pytest.approx(0.2)
        assert found.turnover_two_sided == pytest.approx(0.4)
        assert 0 < found.seconds < 5

    def test_size_may_not_be_bought_with_alpha(self):
        same = {"benchmark": [0.25] * 4, "active_cap": 0.1, **FREELY}
        without = solved([3, 0, 2, 1], **same)
        np.testing.assert_allclose(without.weights, [0.35, 0.15, 0.35, 0.15], atol=1e-9)
        held = solved([3, 0, 2, 1], size=[1, -1, 1, -1], **same)
        np.testing.assert_allclose(held.weights, [0.35, 0.15, 0.15, 0.35], atol=1e-9)
        banded = solved([3, 0, 2, 1], size=[1, -1, 1, -1], size_band=0.1, **same)
        # 0.05 more of the third name, and of active size twice that, is all the band allows
        np.testing.assert_allclose(banded.weights, [0.35, 0.15, 0.20, 0.30], atol=1e-9)

    def test_turnover_is_two_sided(self):
        found = solved([1, 0], [0.5, 0.5], active_cap=0.3, turnover_cap=0.1)
        np.testing.assert_allclose(found.weights, [0.55, 0.45], atol=1e-9)
        assert found.turnover_two_sided == pytest.approx(0.1)

    def test_no_short_positions(self):
        found = solved([0, 1, 1], [0.05, 0.5, 0.45], active_cap=0.2, **FREELY)
        np.testing.assert_allclose(found.weights[0], 0, atol=1e-12)

    def test_industries_may_be_given_a_band(self):
        found = solved(
            [1, 0], [0.5, 0.5], industry=[0, 1], active_cap=0.3, industry_band=0.04, **FREELY
        )
        np.testing.assert_allclose(found.weights, [0.54, 0.46], atol=1e-9)
        assert found.relaxations == ()

    def test_from_cash_turnover_has_no_cap_and_says_so(self):
        found = solved([1, 0], [0.5, 0.5], previous=None, active_cap=0.1)
        np.testing.assert_allclose(found.weights, [0.6, 0.4], atol=1e-9)
        assert relaxed(found) == {("turnover", None): (0.3, 1.0)}
        assert found.relaxations[0].reason == "entering from cash"
        assert found.relaxations[0].by == pytest.approx(0.7)


class TestNamesThatAreSpecial:
    def test_a_name_without_a_score_is_not_bought_beyond_the_benchmark(self):
        # Only the unscored second name could balance the size of the first.
        same = {"benchmark": [0.5, 0, 0.5], "size": [1, -1, 0], "active_cap": 0.2, **FREELY}
        np.testing.assert_allclose(solved([2, 1, 1], **same).weights, [0.6, 0.1, 0.3], atol=1e-9)
        unscored = solved([2, np.nan, 1], **same)
        np.testing.assert_allclose(unscored.weights, [0.5, 0, 0.5], atol=1e-9)

    def test_a_name_without_a_score_counts_as_the_worst(self):
        found = solved([1, np.nan, 0.5], [0.4, 0.2, 0.4], active_cap=0.1, **FREELY)
        assert found.weights[0] == pytest.approx(0.5)
        assert found.objective == pytest.approx(0.5 * 1 + 0.5 * 0.5)

    def test_a_name_without_a_score_may_be_kept(self):
        found = solved(
            [1, np.nan, 0], [0.5, 0.0, 0.5], previous=[0.5, 0.05, 0.45], active_cap=0.1,
            turnover_cap=1e-4,
        )  # fmt: skip
        assert found.weights[1] == pytest.approx(0.05, abs=1e-4)

    @pytest.mark.parametrize("unknown", ["size", "industry"])
    def test_a_name_without_exposures_is_held_as_in_the_benchmark(self, unknown):
        exposures = {"size": [1.0, 0, 0, -1], "industry": [0, 0, 0, 0]}
        for place in (1, 2):
            exposures[unknown][place] = np.nan if unknown == "size" else -1
        found = solved(
            [3, 9, 1, 0],
            [0.25] * 4,
            previous=[0.25, 0.30, 0.25, 0.20],
            active_cap=0.1,
            industry_band=0.1,
            **exposures,
        )
        np.testing.assert_allclose(found.weights[1:3], 0.25, atol=1e-9)
        assert found.relaxations == ()

    def test_what_can_not_be_traded_keeps_its_weight(self):
        found = solved(
            [0, 1, 2], [0.4, 0.3, 0.3], previous=[0.45, 0.30, 0.25], fixed=(0,), active_cap=0.1,
            **FREELY,
        )  # fmt: skip
        np.testing.assert_allclose(found.weights, [0.45, 0.2, 0.35], atol=1e-9)
        assert found.weights[0] == 0.45
        assert found.relaxations == ()

    def test_trading_may_be_one_way(self):
        same = {"alpha": [2, 1, 0], "benchmark": [0.4, 0.3, 0.3], "active_cap": 0.1, **FREELY}
        np.testing.assert_allclose(
            solved(**same, can_buy=[False, True, True]).weights, [0.4, 0.4, 0.2], atol=1e-9
        )
        np.testing.assert_allclose(
            solved(**same, can_sell=[True, True, False]).weights, [0.5, 0.2, 0.3], atol=1e-9
        )


class TestRungs:
    def test_first_turnover_to_the_least_that_is_needed(self):
        found = solved([1, 0], [0.5, 0.5], previous=[0.1, 0.9], active_cap=0.05)
        assert found.status == "optimal"
        assert relaxed(found) == {("turnover", None): (0.3, 0.7)}
        # the least turnover stops at the near edge of the cap, whatever alpha wants
        np.testing.assert_allclose(found.weights, [0.45, 0.55], atol=1e-6)

    def test_within_the_least_turnover_alpha_still_decides(self):
        found = solved([0, 1, 5], [0.4, 0.3, 0.3], previous=[0.8, 0.1, 0.1], active_cap=0.1)
        assert relaxed(found) == {("turnover", None): (0.3, 0.6)}
        np.testing.assert_allclose(found.weights, [0.5, 0.2, 0.3], atol=2e-6)

    def test_then_the_size_band_in_steps(self):
        found = solved(
            [0, 1, 0],
            [0.3, 0.4, 0.3],
            size=[1, 0, -1],
            previous=[0.4, 0.3, 0.3],
            fixed=(0,),
            active_cap=0.12,
        )
        # 0.08 is needed: 0.05 is not enough, and 0.10 is then used by alpha to the full
        assert relaxed(found) == {("size", None): (0.0, 0.10)}
        np.testing.assert_allclose(found.weights, [0.4, 0.3, 0.3], atol=1e-9)

    @pytest.mark.parametrize(("held", "status"), [(0.42, "optimal"), (0.45, "infeasible")])
    def test_the_size_band_has_a_widest_step(self, held, status):
        # What is needed is twice what the first name is off less the cap: 0.12, and 0.18.
        found = solved(
            [0, 1, 0],
            [0.3, 0.4, 0.3],
            size=[1, 0, -1],
            previous=[held, 0.7 - held, 0.3],
            fixed=(0,),
            active_cap=0.12,
            size_limit=0.15,
        )
        assert found.status == status
        if status == "optimal":
            assert relaxed(found) == {("size", None): (0.0, 0.15)}

    def test_size_and_turnover_may_both_give_way(self):
        found = solved(
            [0, 1, 0],
            [0.3, 0.4, 0.3],
            size=[1, 0, -1],
            previous=[0.4, 0.0, 0.6],
            fixed=(0,),
            active_cap=0.12,
            turnover_cap=0.1,
        )
        # within a band of 0.10 the third name must go from 0.6 down to 0.32
        assert relaxed(found) == {("size", None): (0.0, 0.10), ("turnover", None): (0.1, 0.56)}

    def test_then_industries_by_the_least_weight(self):
        found = solved(
            [1, 2, 0],
            [0.5, 0.3, 0.2],
            industry=[4, 9, 9],
            previous=[0.55, 0.25, 0.2],
            fixed=(0,),
            active_cap=0.1,
        )
        assert relaxed(found) == {("industry", 4): (0.0, 0.05), ("industry", 9): (0.0, 0.05)}
        np.testing.assert_allclose(found.weights, [0.55, 0.35, 0.1], atol=2e-6)

    def test_alpha_chooses_the_industry_that_takes_the_other_side(self):
        found = solved(
            [1, 2, 0],
            [0.5, 0.3, 0.2],
            industry=[4, 6, 9],
            previous=[0.55, 0.25, 0.2],
            fixed=(0,),
            active_cap=0.1,
        )
        assert relaxed(found) == {("industry", 4): (0.0, 0.05), ("industry", 9): (0.0, 0.05)}

    def test_size_gives_way_with_industries_only_if_it_must(self):
        found = solved(
            [1, 2, 0],
            [0.5, 0.3, 0.2],
            industry=[4, 9, 9],
            size=[1, 0, 0],
            previous=[0.54, 0.26, 0.2],
            fixed=(0,),
            active_cap=0.1,
        )
        assert relaxed(found) == {
            ("size", None): (0.0, 0.05),
            ("industry", 4): (0.0, 0.04),
            ("industry", 9): (0.0, 0.04),
        }

    def test_a_name_that_is_stuck_breaks_its_own_cap_alone(self):
        found = solved(
            [0, 1, 0.5],
            [0.4, 0.3, 0.3],
            previous=[0.55, 0.25, 0.2],
            can_sell=[False, True, True],
            active_cap=0.1,
        )
        assert relaxed(found) == {("active_cap", 0): (0.1, 0.15)}
        assert found.relaxations[0].reason == "can not be traded"
        np.testing.assert_allclose(found.weights, [0.55, 0.25, 0.2], atol=1e-9)

    def test_a_large_name_that_can_not_be_bought_is_missing_from_the_portfolio(self):
        found = solved(
            [1, 0, 0], [0.3, 0.4, 0.3], previous=None, fixed=(0,), active_cap=0.2, **FREELY
        )
        assert found.weights[0] == 0
        assert relaxed(found)[("active_cap", 0)] == (0.2, 0.3)

    def test_where_nothing_helps_the_portfolio_is_kept_and_says_what_is_off(self):
        found = solved(
            [1, 2, 0], [0.5, 0.3, 0.2], size=[3, 0, 0], previous=[0.6, 0.2, 0.2], fixed=(0,),
            active_cap=0.05,
        )  # fmt: skip
        assert found.status == "infeasible"
        assert found.weights.tolist() == [0.6, 0.2, 0.2]
        assert found.turnover_two_sided == 0
        assert relaxed(found) == {
            ("size", None): (0.0, 0.3),
            ("active_cap", 0): (0.05, 0.1),
            ("active_cap", 1): (0.05, 0.1),
        }


class TestFailures:
    def test_a_solver_that_gives_up_is_reported_and_what_is_held_is_kept(self, monkeypatch):
        def give_up(self, **_):
            raise cp.SolverError("out of luck")

        monkeypatch.setattr(cp.Problem, "solve", give_up)
        held = solved([1, 0], [0.5, 0.5], previous=[0.55, 0.45], active_cap=0.04)
        assert (held.status, held.detail) == ("solver_failed", "out of luck")
        assert held.weights.tolist() == [0.55, 0.45]
        assert relaxed(held).keys() == {("active_cap", 0), ("active_cap", 1)}
        cash = solved([1, 0], [0.5, 0.5], previous=None)
        assert cash.weights.tolist() == [0, 0]
        assert relaxed(cash) == {("invested", None): (1.0, 0.0)}

    def test_a_time_limit_is_a_failure_and_no_answer(self):
        random = np.random.default_rng(0)
        found = solved(
            random.normal(size=500).tolist(), [1 / 500] * 500, solver_seconds=1e-9, **FREELY
        )
        assert found.status == "solver_failed"
        assert "user_limit" in found.detail

    @pytest.mark.parametrize("fails_at", [2, 3, 4])
    def test_a_failure_on_a_later_rung_is_a_failure_too(self, monkeypatch, fails_at):
        calls = []
        solve = enhancement_program.solve

        def sometimes(*arguments):
            calls.append(arguments)
            return Outcome("failed") if len(calls) == fails_at else solve(*arguments)

        monkeypatch.setattr("deep_alpha.backtest.enhancement_ladder.solve", sometimes)
        found = solved([1, 0], [0.5, 0.5], previous=[0.1, 0.9], active_cap=0.05)
        if fails_at == 2:  # the widest band is only looked at to save time
            assert found.status == "optimal"
        else:
            assert found.status == "solver_failed"
            assert found.weights.tolist() == [0.1, 0.9]

    @pytest.mark.parametrize(
        ("limit", "weights"),
        [
            ("sum of weights", [0.35, 0.2, 0.3, 0.2]),
            ("short positions", [0.51, -0.01, 0.3, 0.2]),
            ("active cap", [0.45, 0.05, 0.3, 0.2]),
            ("turnover", [0.4, 0.1, 0.2, 0.3]),
            ("size band", [0.3, 0.2, 0.4, 0.1]),
            ("industries", [0.4, 0.2, 0.3, 0.1]),
            ("can not be bought", [0.35, 0.15, 0.3, 0.2]),
            ("can not be sold", [0.25, 0.25, 0.3, 0.2]),
        ],
    )
    def test_an_answer_that_breaks_a_limit_is_refused(self, monkeypatch, limit, weights):
        def lie(program, tight, *_):
            return Outcome("optimal", np.array(weights)), tight

        monkeypatch.setattr(enhancement, "climb", lie)
        with pytest.raises(DeepAlphaError, match=limit):
            solved(
                [0, 0, 0, 0],
                [0.3, 0.2, 0.3, 0.2],
                industry=[0, 0, 1, 1],
                size=[0, 0, 1, 0],
                active_cap=0.1,
                fixed=(0,),
            )

    def test_what_could_be_traded_is_no_excuse_for_a_broken_cap(self, monkeypatch):
        def do_nothing(program, tight, *_):
            return Outcome("optimal", program.start), tight

        monkeypatch.setattr(enhancement, "climb", do_nothing)
        with pytest.raises(DeepAlphaError, match="active cap"):
            solved([1, 0], [0.5, 0.5], previous=[0.6, 0.4], active_cap=0.05)

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"benchmark": [0.5, 0.4]}, "sum to 0.9"),
            ({"benchmark": [1.5, -0.5]}, "benchmark weights must be 0 or more"),
            ({"previous": [np.nan, 1.0]}, "previous weights must be 0 or more"),
            ({"alpha": [np.nan, np.nan]}, "nobody has a score"),
            ({"size": [0.0]}, "size has shape"),
            ({"previous": [1.0]}, "previous has shape"),
        ],
    )
    def test_senseless_inputs_are_refused(self, wrong, message):
        with pytest.raises(DeepAlphaError, match=message):
            solved(**({"alpha": [1, 0], "benchmark": [0.5, 0.5]} | wrong))

    @pytest.mark.parametrize("wrong", [{"active_cap": 0}, {"size_band": 0.5}, {"caps": 1}])
    def test_impossible_settings_are_refused(self, wrong):
        with pytest.raises(ValidationError):
            EnhancementSettings(**wrong)


def a_market(seed: int, names: int = 60) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    benchmark = random.exponential(size=names) * (random.random(names) < 0.4)
    previous = benchmark * random.random(names) + 0.02 * (random.random(names) < 0.2)
    return {
        "alpha": np.where(random.random(names) < 0.9, random.normal(size=names), np.nan),
        "benchmark": benchmark / benchmark.sum(),
        "industry": random.integers(0, 5, names),
        "size": random.normal(size=names),
        "previous": previous / previous.sum(),
        "tradable": random.random(names) < 0.95,
    }


def oracle(market: dict[str, np.ndarray], cap: float, turnover: float) -> float | None:
    """The same program in weights and absolute changes, by another solver's front end."""
    alpha, benchmark, previous = (market[name] for name in ("alpha", "benchmark", "previous"))
    count = len(alpha)
    scored, still = np.isfinite(alpha), ~market["tradable"]
    lowest = np.maximum(benchmark - cap, 0)
    highest = benchmark + cap
    highest[~scored] = np.minimum(highest, np.maximum(benchmark, previous))[~scored]
    lowest[still] = highest[still] = previous[still]
    industries = np.eye(5)[market["industry"]].T
    equal = np.vstack([np.ones(count), industries, market["size"]])
    unit = np.eye(count)
    solution = linprog(
        -np.concatenate([np.where(scored, alpha, alpha[scored].min()), np.zeros(count)]),
        A_ub=np.vstack(
            [
                np.hstack([unit, -unit]),
                np.hstack([-unit, -unit]),
                np.concatenate([np.zeros(count), np.ones(count)]),
            ]
        ),
        b_ub=np.concatenate([previous, -previous, [turnover]]),
        A_eq=np.hstack([equal, np.zeros_like(equal)]),
        b_eq=np.concatenate([[1.0], industries @ benchmark, [market["size"] @ benchmark]]),
        bounds=[*zip(lowest, highest, strict=True), *[(0, None)] * count],
    )
    return -solution.fun if solution.status == 0 else None


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("turnover", [0.4, 2.0])
def test_no_other_portfolio_within_the_limits_has_more_alpha(seed, turnover):
    market, cap = a_market(seed), 0.08
    settings = EnhancementSettings(active_cap=cap, turnover_cap=turnover)
    found = enhance(**market, settings=settings)
    expected = oracle(market, cap, turnover)
    held = {one.constraint for one in found.relaxations} <= {"active_cap"}
    assert held == (expected is not None)
    if expected is not None:
        assert found.objective == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(10, 22))
def test_every_limit_holds_or_is_declared(seed):
    market = a_market(seed)
    settings = EnhancementSettings(active_cap=0.03)
    found = enhance(**market, settings=settings)
    assert found.status == "optimal"
    to = {(one.constraint, one.member): one.to for one in found.relaxations}
    weights, active = found.weights, found.weights - market["benchmark"]
    assert weights.sum() == pytest.approx(1, abs=1e-6)
    assert weights.min() >= 0
    turnover = np.abs(weights - market["previous"]).sum()
    assert found.turnover_two_sided == pytest.approx(turnover)
    assert turnover <= to.get(("turnover", None), 0.3) + 1e-6
    assert abs(active @ market["size"]) <= to.get(("size", None), 0.0) + 1e-6
    for code in range(5):
        off = abs(active[market["industry"] == code].sum())
        assert off <= to.get(("industry", code), 0.0) + 1e-6
    for asset in range(len(weights)):
        assert abs(active[asset]) <= to.get(("active_cap", asset), 0.03) + 1e-6
        assert ("active_cap", asset) not in to or not market["tradable"][asset]
    still = ~market["tradable"]
    np.testing.assert_array_equal(weights[still], market["previous"][still])
    assert found.active_share == pytest.approx(np.abs(active).sum() / 2)


def test_the_same_rebalance_gives_the_same_bits():
    settings = EnhancementSettings(active_cap=0.03)
    first, second = (enhance(**a_market(3), settings=settings) for _ in range(2))
    np.testing.assert_array_equal(first.weights, second.weights)
