"""IC of parts: the IC of a frame that holds nothing but the part."""

import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation import ic_summary, joint_names, rank_ic
from deep_alpha.evaluation.slices import (
    COLUMNS,
    SIZE_BANDS,
    ic_by_group,
    ic_by_size,
    ic_by_year,
    monthly_ic,
)
from tests.evaluation.factor_frames import factor_frames


def check(row, scores, returns, horizon):
    figures = ic_summary(rank_ic(scores, returns), horizon, joint_names(scores, returns))
    expected = [figures.mean, figures.sd, figures.icir, figures.hac_t, figures.hac_p]
    expected += [figures.hit_rate, figures.names, figures.n_days, figures.n_skipped]
    np.testing.assert_allclose(row[list(COLUMNS)].astype(float), expected)


@pytest.fixture
def frames():
    return factor_frames(days=30, assets=90, gaps=0.1)


def test_industries_are_judged_alone(frames):
    scores, returns = frames
    industry = pd.Series(["Banks", "Metals", None, "Banks", "Retail"] * 18, scores.columns)
    industry.iloc[40:] = industry.iloc[40:].replace("Retail", np.nan)
    table = ic_by_group(scores, returns, industry, 5)
    assert list(table.index) == ["Banks", "Metals", "Retail"]
    for name in ("Banks", "Metals"):
        members = industry.index[industry == name]
        check(table.loc[name], scores[members], returns[members], 5)
    assert table.loc["Retail", "days"] == 0  # eight names are too few
    assert table.loc["Retail", "days_skipped"] == 30


def test_groups_may_change_from_day_to_day(frames):
    scores, returns = frames
    groups = pd.DataFrame(1, scores.index, scores.columns)
    groups.iloc[:15, :45] = groups.iloc[15:, 45:] = 2
    table = ic_by_group(scores, returns, groups, 5)
    check(table.loc[2], scores.where(groups == 2), returns, 5)


def test_names_without_any_group_are_refused(frames):
    with pytest.raises(DeepAlphaError, match=r"^groups has no label for any asset of scores"):
        ic_by_group(*frames, pd.Series("Banks", ["X1"]), 5)


def test_size_bands_are_terciles_of_the_scored_names_of_the_day(frames):
    scores, returns = frames
    rng = np.random.default_rng(3)
    cap = pd.DataFrame(rng.lognormal(size=scores.shape), scores.index, scores.columns)
    cap.iloc[:, 7] = np.nan
    table = ic_by_size(scores, returns, cap, 5, largest=20)
    assert list(table.index) == [*SIZE_BANDS, "largest 20"]
    known = cap.where(scores.notna())
    band = known.apply(lambda day: pd.qcut(day, 3, labels=SIZE_BANDS), axis=1)
    for name in SIZE_BANDS:
        check(table.loc[name], scores.where(band == name), returns, 5)
    top = known.rank(axis=1, ascending=False) <= 20
    check(table.loc["largest 20"], scores.where(top), returns, 5)


@pytest.mark.parametrize("largest", [85, 500])
def test_the_largest_of_a_small_market_are_all_of_it(frames, largest):
    scores, returns = frames
    cap = scores.abs() + 1.0
    row = ic_by_size(scores, returns, cap, 5, largest=largest).iloc[-1]
    top = cap.rank(axis=1, ascending=False) <= largest
    check(row, scores.where(top), returns, 5)


def test_at_least_one_name_is_the_largest(frames):
    with pytest.raises(DeepAlphaError, match=r"^largest is 0: there must be at least one name$"):
        ic_by_size(*frames, frames[0], 5, largest=0)


@pytest.fixture
def series():
    dates = pd.bdate_range("2019-11-15", "2021-02-10")
    ic = pd.Series(np.random.default_rng(0).normal(0.05, 0.1, len(dates)), dates)
    ic["2020-03"] = np.nan
    ic.iloc[-3:] = np.nan
    return ic


def test_years(series):
    names = pd.Series(range(20, 20 + len(series)), series.index)
    table = ic_by_year(series, 5, names)
    assert list(table.index) == [2019, 2020, 2021]
    for year in table.index:
        figures = ic_summary(series[str(year)], 5, names[str(year)])
        assert table.loc[year, "rank_ic"] == pytest.approx(figures.mean)
        assert table.loc[year, "hac_p"] == pytest.approx(figures.hac_p)
        assert table.loc[year, "names"] == pytest.approx(figures.names)
    assert table["days_skipped"].tolist() == [0, 22, 3]
    assert ic_by_year(series, 5)["names"].isna().all()


def test_the_heat_map_of_months(series):
    found = monthly_ic(series)
    assert found.mean.shape == found.days.shape == (3, 12)
    assert list(found.mean.columns) == list(range(1, 13))
    for year, month in ((2019, 11), (2020, 7), (2021, 2)):
        days = series[f"{year}-{month:02}"]
        assert found.mean.loc[year, month] == pytest.approx(days.mean())
        assert found.days.loc[year, month] == days.count()
    assert np.isnan(found.mean.loc[2020, 3])
    assert found.days.loc[2020, 3] == found.days.loc[2019, 1] == 0
    assert found.days.to_numpy().sum() == series.count()
