"""What is exported is what other libraries expect, and their figures are ours."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from deep_alpha.backtest import performance
from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation import rank_ic
from deep_alpha.evaluation.exports import (
    factor_data,
    panel_factor_data,
    read_factor_data,
    return_series,
    returns_of_growth,
    write_factor_data,
    write_long_csv,
    write_wide_csv,
)
from deep_alpha.signals import wide_frame
from deep_alpha.targets import TargetSettings, forward_return
from tests.conftest import random_panel

# The days around a spring festival, weekends left out as an exchange does.
DATES = pd.bdate_range("2020-01-02", periods=60).difference(
    pd.bdate_range("2020-01-24", "2020-01-30")
)
ASSETS = [f"{k:06d}" for k in range(1, 41)]


def frame(seed, share_unknown=0.0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    values = random.normal(size=(len(DATES), len(ASSETS)))
    values[random.random(values.shape) < share_unknown] = np.nan
    return pd.DataFrame(values, DATES, ASSETS)


@pytest.fixture
def scores() -> pd.DataFrame:
    return frame(0, share_unknown=0.1)


@pytest.fixture
def returns() -> dict[int, pd.DataFrame]:
    returns = {horizon: 0.01 * frame(horizon, 0.05) for horizon in (1, 5, 10)}
    returns[10].iloc[-10:] = np.nan  # not over yet
    return returns


@pytest.fixture
def groups() -> pd.Series:
    return pd.Series([("Banks", "Energy", "Metals")[k % 3] for k in range(40)], ASSETS)


@pytest.fixture
def alphalens():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("alphalens")


@pytest.fixture
def quantstats():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("quantstats")


def test_a_row_is_a_score_with_all_its_returns(scores, returns, groups):
    table = factor_data(scores, returns, groups=groups)
    assert list(table.columns) == ["1D", "5D", "10D", "factor", "group", "factor_quantile"]
    assert table.index.names == ["date", "asset"]
    complete = scores.notna() & np.all([r.notna() for r in returns.values()], axis=0)
    assert len(table) == complete.to_numpy().sum()
    date, asset = table.index[100]
    row = table.iloc[100]
    assert row["factor"] == scores.loc[date, asset]
    assert [row[f"{h}D"] for h in returns] == [returns[h].loc[date, asset] for h in returns]
    assert row["group"] == groups[asset]
    day = table.loc[date, "factor"]
    assert row["factor_quantile"] == pd.qcut(day, 5, labels=False)[asset] + 1


def test_it_is_the_table_that_alphalens_makes(scores, returns, groups, alphalens, capsys):
    ours = factor_data(scores, returns, groups=groups)
    factor = scores.T.unstack().dropna().rename_axis(["date", "asset"])
    forward = pd.concat({f"{h}D": r.T.unstack() for h, r in returns.items()}, axis=1)
    forward.index.names = ["date", "asset"]
    theirs = alphalens.utils.get_clean_factor(
        factor, forward, groupby=groups.to_dict(), quantiles=5, max_loss=1.0
    )
    pd.testing.assert_frame_equal(ours, theirs, check_freq=False, check_dtype=False)


def test_alphalens_takes_it(scores, returns, groups, alphalens):
    table = factor_data(scores, returns, groups=groups)
    performance_of = alphalens.performance
    joint = table["factor"].unstack()
    ic = performance_of.factor_information_coefficient(table)
    for horizon in returns:
        expected = rank_ic(joint, returns[horizon])
        np.testing.assert_allclose(ic[f"{horizon}D"].dropna(), expected.dropna(), atol=1e-12)
    mean, _ = performance_of.mean_return_by_quantile(table, by_group=True)
    assert mean.shape == (15, 3)
    assert performance_of.factor_alpha_beta(table).shape == (2, 3)
    assert performance_of.factor_rank_autocorrelation(table).notna().sum() > 40
    turnover = performance_of.quantile_turnover(table["factor_quantile"], 5)
    assert turnover.dropna().between(0, 1).all()


def test_the_calendar_knows_the_holidays(scores, returns, alphalens):
    table = factor_data(scores, returns)
    calendar = table.index.levels[0].freq
    assert pd.Timestamp("2020-01-23") + calendar == pd.Timestamp("2020-01-31")
    # Without it alphalens would shift by weekdays, or warn: positions hold its own calendar.
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        nav = alphalens.performance.factor_cumulative_returns(table, "1D")
    assert len(nav) >= 40


def test_an_exchange_that_trades_on_sundays_has_its_own_week():
    dates = pd.date_range("2020-01-05", periods=30)
    dates = dates[dates.day_of_week.isin([6, 0, 1, 2, 3])]
    scores = pd.DataFrame(np.arange(10.0) + np.zeros((len(dates), 1)), dates)
    table = factor_data(scores, {1: scores})
    assert list(table.index.levels[0]) == list(dates)
    thursday = pd.Timestamp("2020-01-09")
    assert thursday + table.index.levels[0].freq == pd.Timestamp("2020-01-12")


def test_days_too_equal_for_quantiles_are_dropped(scores, returns):
    scores.iloc[3] = 1.0
    scores.iloc[4, 5] = np.inf
    table = factor_data(scores, returns)
    assert DATES[3] not in table.index.get_level_values("date")
    assert (DATES[4], ASSETS[5]) not in table.index


def test_the_order_of_rows_and_columns_does_not_matter(scores, returns, groups):
    shuffled = scores.iloc[::-1, ::-1]
    pd.testing.assert_frame_equal(
        factor_data(shuffled, returns, groups=groups), factor_data(scores, returns, groups=groups)
    )


def test_a_panel_brings_returns_and_industries():
    panel = random_panel(assets=20)
    scores = wide_frame(panel["turnover"].where(panel["traded"])).iloc[:100]
    table = panel_factor_data(scores, panel, horizons=(1, 5), entry="next_open")
    assert list(table.columns) == ["1D", "5D", "factor", "group", "factor_quantile"]
    settings = TargetSettings(horizon=5, entry="next_open")
    expected = wide_frame(forward_return(panel, settings))
    date, asset = table.index[50]
    assert table["5D"].iloc[50] == pytest.approx(expected.loc[date, asset])
    industries = dict(zip(panel["asset"].to_numpy(), panel["industry"].to_numpy(), strict=True))
    assert table["group"].iloc[50] == industries[asset]


def test_what_is_no_table_is_refused(scores, returns, groups):
    with pytest.raises(DeepAlphaError, match="forward returns of one horizon"):
        factor_data(scores, {})
    with pytest.raises(DeepAlphaError, match="asset 000001 has no group"):
        factor_data(scores, returns, groups=groups.iloc[1:])
    with pytest.raises(DeepAlphaError, match="twice"):
        factor_data(pd.concat([scores, scores]), returns)
    with pytest.raises(DeepAlphaError, match="no score has all its forward returns"):
        factor_data(scores, {1: returns[1] * np.nan})


def test_factor_data_survives_a_file_calendar_included(scores, returns, groups, tmp_path):
    table = factor_data(scores, returns, groups=groups)
    write_factor_data(table, tmp_path / "factors.parquet")
    back = read_factor_data(tmp_path / "factors.parquet")
    pd.testing.assert_frame_equal(back, table, check_freq=False)
    holiday = pd.Timestamp("2020-01-23") + back.index.levels[0].freq
    assert holiday == pd.Timestamp("2020-01-31")
    # What a plain reader gets, and why there is one of our own.
    assert pd.read_parquet(tmp_path / "factors.parquet").index.levels[0].freq is None


@pytest.fixture
def daily() -> pd.Series:
    random = np.random.default_rng(3)
    return pd.Series(random.normal(0.001, 0.01, 500), pd.bdate_range("2019-01-02", periods=500))


@pytest.mark.parametrize("first", [0.02, -0.02])  # a loss on the first day counts too
@pytest.mark.parametrize("ann_days", [252, 242])
def test_quantstats_finds_our_figures(daily, quantstats, first, ann_days):
    daily.iloc[0] = first
    series = return_series(daily, "mlp_rank")
    ours = performance(series, ann_days=ann_days)
    stats = quantstats.stats
    assert stats.sharpe(series, periods=ann_days) == pytest.approx(ours.sharpe, rel=1e-12)
    assert stats.volatility(series, periods=ann_days) == pytest.approx(ours.annual_volatility)
    assert stats.max_drawdown(series) == pytest.approx(-ours.max_drawdown, rel=1e-12)
    assert stats.cagr(series, periods=ann_days) == pytest.approx(ours.annual_return, rel=1e-12)


def test_a_return_series_is_plain(daily):
    shuffled = daily.sample(frac=1, random_state=0)
    shuffled.index = shuffled.index + pd.Timedelta(hours=15)  # stamped at the close
    series = return_series(shuffled, "top 5")
    assert series.name == "top 5"
    np.testing.assert_array_equal(series, daily)
    assert series.index.equals(daily.index)
    assert str(return_series(daily, "top 5", time_zone="UTC").index.tz) == "UTC"


def test_curves_of_growth_are_turned_back_into_returns(daily):
    returns = pd.DataFrame({"portfolio": daily, "benchmark": -daily})
    back = returns_of_growth((1.0 + returns).cumprod())
    pd.testing.assert_frame_equal(back, returns, check_freq=False)


def test_gaps_and_doubles_are_not_passed_on(daily):
    with pytest.raises(DeepAlphaError, match="top: no return on 2019-01-04; a day in cash is 0"):
        return_series(daily.where(daily != daily.iloc[2]), "top")
    with pytest.raises(DeepAlphaError, match="top: two returns on 2019-01-02"):
        return_series(pd.concat([daily, daily.iloc[:1]]), "top")


def test_scores_survive_a_csv(scores, tmp_path):
    path = tmp_path / "new folder" / "scores.csv"
    write_long_csv(scores, path)
    assert path.read_text(encoding="utf-8").splitlines()[0] == "date,asset,score"
    assert not list(path.parent.glob(".*"))
    table = pd.read_csv(path, dtype={"asset": str}, parse_dates=["date"])
    back = table.pivot(index="date", columns="asset", values="score")
    pd.testing.assert_frame_equal(back, scores, check_names=False, check_freq=False)


def test_series_survive_a_csv(daily, tmp_path):
    table = pd.DataFrame({"top": daily, "bottom": daily.where(daily > 0)})
    write_wide_csv(table, tmp_path / "returns.csv")
    lines = (tmp_path / "returns.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "date,top,bottom"
    assert lines[1].startswith("2019-01-02,")
    back = pd.read_csv(tmp_path / "returns.csv", index_col="date", parse_dates=True)
    pd.testing.assert_frame_equal(back, table, check_names=False, check_freq=False)
    write_wide_csv(daily.rename("top"), tmp_path / "returns.csv")
    assert list(pd.read_csv(tmp_path / "returns.csv").columns) == ["date", "top"]
