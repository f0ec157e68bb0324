"""One signal's IC in all the ways the tables show it, on an example made by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from deep_alpha.evaluation.judge import judge_ic
from deep_alpha.evaluation.records import lookup
from deep_alpha.evaluation.settings import EvaluationSettings

ASSETS = [f"A{number:02d}" for number in range(12)]
DATES = pd.bdate_range("2020-12-21", periods=20)
RANKS = np.arange(12.0)
ORDERED, REVERSED = RANKS, RANKS[::-1]
# Two neighbours exchanged: Spearman 1 - 6·2 / (12·143).
ALMOST = RANKS[[1, 0, *range(2, 12)]]
NEARLY_ONE = 1 - 12 / (12 * 143)
WITHOUT = EvaluationSettings(without={"Christmas": (date(2020, 12, 24), date(2020, 12, 31))})


def frame(rows):
    return pd.DataFrame(rows, index=DATES[: len(rows)], columns=ASSETS)


def cell(judged, column, basis="all"):
    return lookup(judged.records, "ic", "mlp", column, basis=basis)


@pytest.fixture
def judged():
    """Scores are right on 8 days of 2020 + 2021, wrong on 4, almost right on 8; 5 days a label."""
    returns = frame([RANKS / 100] * 20)
    scores = frame([ORDERED] * 8 + [REVERSED] * 4 + [ALMOST] * 8)
    return judge_ic("mlp", scores, returns, 5, WITHOUT)


DAILY = np.array([1.0] * 8 + [-1.0] * 4 + [NEARLY_ONE] * 8)


def test_the_daily_ic(judged):
    assert list(judged.daily.columns) == ["rank_ic", "pearson_ic", "names"]
    np.testing.assert_allclose(judged.daily["rank_ic"], DAILY, atol=1e-12)
    np.testing.assert_allclose(judged.daily["pearson_ic"], DAILY, atol=1e-12)
    assert set(judged.daily["names"]) == {12}
    assert judged.daily.index.equals(DATES)


def test_all_days(judged):
    assert cell(judged, "rank_ic") == pytest.approx(DAILY.mean())
    assert cell(judged, "rank_ic_sd") == pytest.approx(DAILY.std(ddof=1))
    assert cell(judged, "icir") == pytest.approx(DAILY.mean() / DAILY.std(ddof=1))
    assert cell(judged, "naive_t") == pytest.approx(DAILY.mean() / DAILY.std(ddof=1) * np.sqrt(20))
    assert cell(judged, "pearson_ic") == pytest.approx(DAILY.mean())
    assert cell(judged, "hit_rate") == pytest.approx(16 / 20)
    assert cell(judged, "null_sd") == pytest.approx(1 / np.sqrt(11))
    assert (cell(judged, "names"), cell(judged, "days"), cell(judged, "days_skipped")) == (
        12,
        20,
        0,
    )
    assert cell(judged, "degenerate") == 0.0


def test_each_year_apart(judged):
    year_2020 = int((DATES.year == 2020).sum())
    assert year_2020 == 9
    assert cell(judged, "rank_ic", "year 2020") == pytest.approx(DAILY[:9].mean())
    assert cell(judged, "rank_ic", "year 2021") == pytest.approx(DAILY[9:].mean())
    assert cell(judged, "days", "year 2021") == 11
    assert {record["n"] for record in judged.records if record["basis"] == "year 2020"} == {9}


def test_without_a_period_both_of_its_ends_included(judged):
    inside = (DATES >= "2020-12-24") & (DATES <= "2020-12-31")
    assert inside.sum() == 6
    assert cell(judged, "rank_ic", "without Christmas") == pytest.approx(DAILY[~inside].mean())
    assert cell(judged, "days", "without Christmas") == 14


@pytest.mark.parametrize("period", [(date(2019, 1, 1), date(2019, 2, 1)), (DATES[0], DATES[-1])])
def test_a_period_that_holds_no_test_day_or_all_of_them_has_no_row(period):
    settings = EvaluationSettings(without={"other": period})
    judged = judge_ic("mlp", frame([ORDERED] * 20), frame([RANKS] * 20), 5, settings)
    assert {record["basis"] for record in judged.records} == {
        "all",
        "year 2020",
        "year 2021",
        "offsets",
    }


def test_every_fifth_day_at_all_five_offsets(judged):
    grids = [DAILY[offset::5] for offset in range(5)]
    ratios = [grid.mean() / grid.std(ddof=1) for grid in grids]
    assert cell(judged, "rank_ic", "offsets") == pytest.approx(np.mean([g.mean() for g in grids]))
    assert cell(judged, "icir", "offsets") == pytest.approx(np.mean(ratios))
    assert cell(judged, "icir_min", "offsets") == pytest.approx(min(ratios))
    assert cell(judged, "icir_max", "offsets") == pytest.approx(max(ratios))


def test_days_whose_label_is_not_known_yet_are_counted(judged):
    rows = [RANKS / 100] * 17 + [np.full(12, np.nan)] * 3
    judged = judge_ic("mlp", frame([ORDERED] * 20), frame(rows), 5, WITHOUT)
    assert (cell(judged, "days"), cell(judged, "days_skipped")) == (17, 3)


def test_one_seed_has_no_spread(judged):
    assert cell(judged, "seed_sd") is None
    assert {record["sd"] for record in judged.records} == {None}


def test_the_spread_over_seeds_stands_beside_the_figure():
    returns = frame([RANKS] * 20)
    shares = (20, 15, 5)
    seeds = [frame([ORDERED] * right + [REVERSED] * (20 - right)) for right in shares]
    judged = judge_ic("mlp", seeds[0], returns, 5, WITHOUT, seeds)
    means = [(2 * right - 20) / 20 for right in shares]
    (record,) = (
        record
        for record in judged.records
        if record["basis"] == "all" and record["column"] == "rank_ic"
    )
    assert record["sd"] == pytest.approx(np.std(means, ddof=1))
    assert cell(judged, "seed_sd") == pytest.approx(np.std(means, ddof=1))


@pytest.mark.parametrize(("silent_days", "degenerate"), [(0, 0.0), (9, 0.0), (11, 1.0), (20, 1.0)])
@pytest.mark.parametrize("silent", [np.full(12, 0.3), np.full(12, np.nan)])
def test_a_signal_that_says_nothing_on_most_days_is_degenerate(silent_days, degenerate, silent):
    scores = frame([silent] * silent_days + [ORDERED] * (20 - silent_days))
    judged = judge_ic("mlp", scores, frame([RANKS] * 20), 5, WITHOUT)
    assert cell(judged, "degenerate") == degenerate


def test_records_belong_to_the_table_ic(judged):
    for record in judged.records:
        assert (record["paper"], record["table"], record["row"]) == ("all", "ic", "mlp")
        assert record["horizon"] == 5
        assert record["value"] is None or np.isfinite(record["value"])
