"""The worst months of a market, and what signals did in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.evaluation.crash import COLUMNS, CrashSettings, crash_table, worst_months

DATES = pd.bdate_range("2020-01-01", "2020-06-30")
FALLS = {"2020-03": -0.010, "2020-05": -0.004}
"""Daily returns of the planted crashes; every other day the market gains 0.1 %."""


@pytest.fixture
def market():
    months = DATES.strftime("%Y-%m")
    return pd.Series([FALLS.get(month, 0.001) for month in months], DATES)


@pytest.fixture
def daily_ic():
    """IC of 0.1 in March and 0.05 else; every last day of a month has none."""
    month = DATES.to_period("M")
    ic = pd.Series(np.where(month == "2020-03", 0.1, 0.05), DATES)
    ic[~pd.Series(month, DATES).duplicated(keep="last").to_numpy()] = np.nan
    own = pd.DataFrame({"date": DATES, "rank_ic": ic.to_numpy(), "model": "a", "horizon": 5})
    constant = own.assign(rank_ic=np.nan, model="constant")
    other = own.assign(rank_ic=0.9, horizon=10)
    return pd.concat([own, constant, other], ignore_index=True)


@pytest.fixture
def portfolios():
    returns = {"top": 0.002, "bottom": -0.003, "long_short": 0.005}
    return pd.DataFrame({"date": DATES, "model": "a", **returns})


def test_the_planted_crashes_are_found_worst_first(market):
    worst = worst_months(market, DATES, count=2)
    assert [str(month) for month in worst.index] == ["2020-03", "2020-05"]
    march, may = (int((DATES.strftime("%Y-%m") == month).sum()) for month in FALLS)
    np.testing.assert_allclose(worst, [0.990**march - 1, 0.996**may - 1])


def test_a_month_counts_only_if_all_its_days_are_tested(market):
    tested = DATES[DATES != "2020-03-16"]
    assert "2020-03" not in worst_months(market, tested, count=6).index.astype(str)
    assert "2020-03" in worst_months(market, DATES, count=6).index.astype(str)


def test_a_month_with_an_unknown_return_is_left_out(market):
    market["2020-05-04"] = np.nan
    assert list(worst_months(market, DATES, count=1).index.astype(str)) == ["2020-03"]
    assert "2020-05" not in worst_months(market, DATES, count=6).index.astype(str)


def test_there_are_no_more_months_than_the_market_has(market):
    assert len(worst_months(market, DATES, count=50)) == 6


def test_a_month_s_figures_by_hand(market, daily_ic, portfolios):
    table = crash_table(market, daily_ic, portfolios, 5, CrashSettings(months=1), "an index")
    row = table.iloc[0]
    days = int((DATES.strftime("%Y-%m") == "2020-03").sum())
    assert (row["month"], row["market"], row["model"]) == ("2020-03", "an index", "a")
    assert row["market_return"] == pytest.approx(0.990**days - 1)
    assert row["rank_ic"] == pytest.approx(0.1)
    assert row["top"] == pytest.approx(1.002**days - 1)
    assert row["bottom"] == pytest.approx(0.997**days - 1)
    assert row["long_short"] == pytest.approx(1.005**days - 1)


def test_each_month_has_a_row_for_each_signal(market, daily_ic, portfolios):
    table = crash_table(market, daily_ic, portfolios, 5, CrashSettings(months=3))
    assert tuple(table.columns) == COLUMNS
    assert table.groupby("month", sort=False)["model"].agg(list).tolist() == [["a", "constant"]] * 3
    assert table.loc[table["model"] == "constant", ["rank_ic", "top"]].isna().all().all()


def test_the_months_are_chosen_by_the_market_alone(market, daily_ic, portfolios):
    worse = portfolios.assign(top=-0.5)
    months = [
        crash_table(market, daily_ic, held, 5, CrashSettings(months=2))["month"].tolist()
        for held in (portfolios, worse)
    ]
    assert months[0] == months[1]


def test_other_horizons_dates_and_ic_do_not_count(market, daily_ic, portfolios):
    early = daily_ic["date"] < "2020-03-16"
    own = daily_ic[(daily_ic["horizon"] == 10) | early]
    table = crash_table(market, own, portfolios, 5, CrashSettings(months=5))
    assert set(table["month"]) == {"2020-01", "2020-02"}
    assert table["rank_ic"].max() == pytest.approx(0.05)
