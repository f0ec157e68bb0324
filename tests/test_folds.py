"""Walk-forward folds: hand-made calendars, and the proof that nothing overlaps."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from deep_alpha.errors import FoldError
from deep_alpha.folds import (
    Fold,
    FoldSettings,
    Segment,
    check_no_overlap,
    folds_by_horizon,
    folds_from_manifest,
    lay_over,
    make_folds,
    manifest,
)


def business_days(first: str, last: str) -> np.ndarray:
    return pd.bdate_range(first, last).to_numpy()


def every_day(days: int, first: str = "2020-01-01") -> np.ndarray:
    return pd.date_range(first, periods=days).to_numpy()


def position(dates: np.ndarray, day: str) -> int:
    return int(np.searchsorted(dates, np.datetime64(day)))


def test_one_fold_by_hand():
    # 100 days; the test starts on day 60, so the last 20 % of 60 in-sample days validate.
    dates = every_day(100)
    plan = FoldSettings(test_start=date(2020, 3, 1), valid_share=0.2, live=False)
    (fold,) = make_folds(dates, reach=5, settings=plan)
    assert fold == Fold(
        "2020-03",
        train=Segment(first=0, last=42, first_label=1, last_label=47),
        valid=Segment(first=48, last=54, first_label=49, last_label=59),
        test=Segment(first=60, last=99, first_label=61, last_label=104),
    )
    assert len(fold.train) == 43
    assert not fold.is_live
    assert not fold.leaks_by_design


@pytest.mark.parametrize("reach", [1, 5, 6, 10, 11])
def test_the_purge_is_the_reach_of_the_label(reach):
    dates = business_days("2015-01-01", "2020-12-31")
    for fold in make_folds(dates, reach, FoldSettings(test_start=date(2018, 1, 1))):
        assert fold.train.last_label == fold.valid.first - 1
        assert fold.valid.last_label == fold.test.first - 1
        assert fold.valid.first - fold.train.last - 1 == reach
        assert fold.test.first - fold.valid.last - 1 == reach


def test_windows_expand_and_tests_tile_the_calendar():
    dates = business_days("2014-01-01", "2020-12-31")
    folds = make_folds(dates, 5, FoldSettings(test_start=date(2018, 7, 1), live=False))
    assert [fold.name for fold in folds] == ["2018-07", "2019-01", "2019-07", "2020-01", "2020-07"]
    assert {fold.train.first for fold in folds} == {0}
    for earlier, later in itertools.pairwise(folds):
        assert later.train.last > earlier.train.last
        assert later.test.first == earlier.test.last + 1
    assert folds[0].test.first == position(dates, "2018-07-01")
    assert folds[-1].test.last == len(dates) - 1


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_the_validation_share_counts_in_sample_days(share):
    dates = business_days("2015-01-01", "2019-12-31")
    plan = FoldSettings(
        test_start=date(2018, 1, 1), valid_share=share, first_train=date(2016, 1, 1)
    )
    for fold in make_folds(dates, 5, plan):
        in_sample = fold.test.first - fold.train.first
        assert fold.test.first - fold.valid.first == round(in_sample * share)


def test_training_starts_where_asked_and_never_before_the_first_feature():
    dates = business_days("2015-01-01", "2019-12-31")
    plan = FoldSettings(test_start=date(2018, 1, 1), first_train=date(2016, 1, 2), live=False)
    begin = position(dates, "2016-01-02")
    assert make_folds(dates, 5, plan)[0].train.first == begin
    assert make_folds(dates, 5, plan, first_feature=begin + 7)[0].train.first == begin + 7
    assert make_folds(dates, 5, plan, first_feature=3)[0].train.first == begin


def test_the_last_test_ends_where_asked():
    dates = business_days("2015-01-01", "2019-12-31")
    plan = FoldSettings(test_start=date(2018, 1, 1), test_end=date(2018, 9, 30), live=False)
    folds = make_folds(dates, 5, plan)
    assert [fold.name for fold in folds] == ["2018-01", "2018-07"]
    assert pd.Timestamp(dates[folds[-1].test.last]) == pd.Timestamp("2018-09-28")


def test_the_live_fold_trains_on_all_labels_known_today():
    dates = every_day(200)
    folds = make_folds(dates, 6, FoldSettings(test_start=date(2020, 5, 1)))
    live = folds[-1]
    assert live.is_live
    assert live.name == "live"
    assert live.test == Segment(first=199, last=199, first_label=200, last_label=205)
    assert live.valid.last_label == 198
    assert [fold.is_live for fold in folds[:-1]] == [False]


def test_the_live_fold_is_open_even_when_the_tests_end_earlier():
    plan = FoldSettings(test_start=date(2020, 3, 1), test_end=date(2020, 3, 31))
    folds = make_folds(every_day(120), 5, plan)
    assert [(fold.name, fold.test.first) for fold in folds] == [("2020-03", 60), ("live", 119)]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2010-01-01", "2019-12-31", "2017-01"),  # 70 % is the first of January 2017
        ("2010-01-01", "2019-11-29", "2017-01"),
        ("2010-01-01", "2020-01-10", "2017-07"),
        ("2018-01-01", "2019-12-31", "2019-07"),
        ("2019-01-01", "2019-12-31", "2019-10"),  # no January or July is left: the next month
        ("2020-01-01", "2020-02-14", "2020-02"),
    ],
)
def test_the_generic_start_is_a_half_year_at_or_after_70_percent(first, last, expected):
    plan = FoldSettings(live=False, valid_share=0.4)
    folds = make_folds(business_days(first, last), 2, plan)
    assert folds[0].name == expected


def test_the_generic_start_may_be_the_70_percent_day_itself():
    dates = every_day(262)  # position 182 of 261 is the first of July 2020
    folds = make_folds(dates, 2, FoldSettings(live=False))
    assert [fold.name for fold in folds] == ["2020-07"]
    assert folds[0].test.first == 182


def test_a_window_without_trading_days_is_no_fold():
    dates = every_day(400)
    closed = (dates >= np.datetime64("2020-10-01")) & (dates < np.datetime64("2020-12-01"))
    plan = FoldSettings(test_start=date(2020, 8, 1), step_months=1, live=False)
    folds = make_folds(dates[~closed], 3, plan)
    assert [fold.name for fold in folds] == ["2020-08", "2020-09", "2020-12", "2021-01", "2021-02"]
    assert all(len(fold.test) > 0 for fold in folds)


def test_windows_from_the_31st_have_names_of_their_own():
    plan = FoldSettings(test_start=date(2020, 3, 31), step_months=1, live=False)
    dates = business_days("2019-01-01", "2020-08-14")
    folds = make_folds(dates, 3, plan)
    assert [fold.name for fold in folds] == [f"2020-{month:02d}" for month in range(3, 8)]
    assert pd.Timestamp(dates[folds[-1].test.first]) == pd.Timestamp("2020-07-31")


@pytest.mark.parametrize("days", [1, 5, 60])
def test_new_days_leave_the_fit_of_regular_folds_alone(days):
    # Explicit dates, or the generic start within the same half-year.
    dates = business_days("2014-01-01", "2020-04-30")
    before = dates[:-days]
    for plan in (
        FoldSettings(test_start=date(2018, 1, 1), test_end=date(2020, 12, 31)),
        FoldSettings(),
    ):
        old, new = (make_folds(calendar, 5, plan) for calendar in (before, dates))
        assert new[-1].is_live
        assert new[-1].train.last > old[-1].train.last
        for was, now in zip(old[:-1], new, strict=False):
            assert (was.name, was.train, was.valid) == (now.name, now.train, now.valid)
            assert was.test.first == now.test.first


def test_the_paper_split_is_flagged_and_may_leak():
    dates = every_day(100)
    plan = FoldSettings(split="paper", test_start=date(2020, 3, 11))
    (fold,) = make_folds(dates, 5, plan)
    assert fold.name == "paper"
    assert fold.leaks_by_design
    assert fold.train == Segment(0, 69, 1, 74)
    assert fold.valid == fold.test == Segment(70, 99, 71, 104)


def test_the_paper_split_needs_both_sides():
    with pytest.raises(FoldError) as refusal:
        make_folds(every_day(100), 5, FoldSettings(split="paper", test_start=date(2020, 1, 1)))
    assert str(refusal.value) == "the two-way split at day 0 leaves an empty segment"


def test_too_few_days_are_refused():
    plan = FoldSettings(test_start=date(2020, 2, 1), live=False)
    with pytest.raises(FoldError) as refusal:
        make_folds(every_day(100), 10, plan)
    assert str(refusal.value) == (
        "fold 2020-02: 31 in-sample days leave no room for training, validation and two purges "
        "of 10 days; start the test later or the training earlier"
    )


def test_one_day_of_training_and_of_validation_are_enough():
    # 10 in-sample days: 1 to train, 3 purged, 3 + 3 for validation, half of them.
    plan = FoldSettings(test_start=date(2020, 1, 9), valid_share=0.5, live=False)
    (fold,) = make_folds(every_day(30), 3, plan)
    assert (len(fold.train), len(fold.valid)) == (1, 1)
    with pytest.raises(FoldError, match="7 in-sample days leave no room"):
        make_folds(every_day(30), 3, replace_start(plan, date(2020, 1, 8)))


def replace_start(plan: FoldSettings, start: date) -> FoldSettings:
    return plan.model_copy(update={"test_start": start})


def test_no_test_window_is_refused():
    plan = FoldSettings(test_start=date(2020, 9, 1), live=False)
    with pytest.raises(FoldError) as refusal:
        make_folds(every_day(100), 5, plan)
    assert str(refusal.value) == (
        "no test window: the first test would start on 2020-09-01, the tests end on 2020-04-09"
    )


@pytest.mark.parametrize("test_end", [date(2020, 2, 1), date(2019, 1, 1)])
def test_a_test_that_ends_before_it_starts_is_refused(test_end):
    plan = FoldSettings(test_start=date(2020, 3, 1), test_end=test_end, live=False)
    with pytest.raises(FoldError, match=f"start on 2020-03-01, the tests end on {test_end}"):
        make_folds(every_day(100), 5, plan)


def test_training_after_the_end_is_refused():
    plan = FoldSettings(first_train=date(2021, 1, 1))
    with pytest.raises(FoldError) as refusal:
        make_folds(every_day(100), 5, plan)
    assert str(refusal.value) == (
        "no day to train on: training would start on day 100 of a calendar of 100 days"
    )


def test_an_empty_calendar_is_refused():
    with pytest.raises(FoldError, match="of a calendar of 0 days"):
        make_folds(every_day(0), 5, FoldSettings())


FOLD = Fold("x", Segment(0, 9, 1, 14), Segment(15, 20, 16, 25), Segment(26, 30, 27, 35))


@pytest.mark.parametrize(
    ("fold", "message"),
    [
        (
            replace(FOLD, train=Segment(0, 10, 1, 15)),
            "fold x: the last label of train is known on day 15, but valid starts on day 15; "
            "segments must not overlap",
        ),
        (
            replace(FOLD, valid=Segment(15, 25, 16, 30)),
            "fold x: the last label of valid is known on day 30, but test starts on day 26; "
            "segments must not overlap",
        ),
    ],
)
def test_an_overlap_is_refused(fold, message):
    check_no_overlap([FOLD])
    with pytest.raises(FoldError) as refusal:
        check_no_overlap([FOLD, fold])
    assert str(refusal.value) == message
    check_no_overlap([replace(fold, leaks_by_design=True)])


def test_a_manifest_survives_json():
    dates = business_days("2017-01-01", "2020-06-30")
    for plan in (FoldSettings(), FoldSettings(split="paper")):
        folds = make_folds(dates, 6, plan)
        content = json.loads(json.dumps(manifest(folds, dates, 6)))
        assert folds_from_manifest(content) == folds
        assert content["purge_days"] == 6
        assert content["calendar_days"] == len(dates)


def test_folds_of_all_horizons_are_read_back():
    dates = business_days("2017-01-01", "2020-06-30")
    cut = {reach: make_folds(dates, reach, FoldSettings()) for reach in (5, 10)}
    content = {
        f"h{reach}": {**manifest(folds, dates, reach), "overlay": {}}
        for reach, folds in cut.items()
    }
    assert folds_by_horizon(json.loads(json.dumps(content))) == cut


def test_settings_laid_over_others_replace_what_they_name_only():
    market = FoldSettings(
        first_train=date(2016, 1, 1), test_start=date(2019, 1, 1), test_end=date(2021, 6, 30)
    )
    over = FoldSettings.model_validate({"test_start": "2017-07-01", "test_end": None})
    assert lay_over(market, over) == FoldSettings(
        first_train=date(2016, 1, 1), test_start=date(2017, 7, 1), test_end=None
    )
    assert lay_over(market, FoldSettings()) == market


def test_a_manifest_gives_dates():
    dates = every_day(100)
    plan = FoldSettings(test_start=date(2020, 3, 1), live=False)
    (entry,) = manifest(make_folds(dates, 5, plan), dates, 5)["folds"]
    assert entry["valid"] == {
        "days": 7,
        "first_feature": "2020-02-18",
        "last_feature": "2020-02-24",
        "first_label": "2020-02-19",
        "last_label": "2020-02-29",
        "positions": {"first": 48, "last": 54, "first_label": 49, "last_label": 59},
    }
    assert entry["test"]["last_feature"] == "2020-04-09"
    assert entry["test"]["last_label"] is None  # not known yet
    assert entry["leaks_by_design"] is False


def test_a_tampered_manifest_is_refused():
    dates = every_day(100)
    plan = FoldSettings(test_start=date(2020, 3, 1), live=False)
    content = manifest(make_folds(dates, 5, plan), dates, 5)
    content["folds"][0]["train"]["positions"]["last_label"] = 48
    with pytest.raises(FoldError, match="the last label of train is known on day 48"):
        folds_from_manifest(content)


@pytest.mark.parametrize(
    "wrong", [{"step_months": 0}, {"valid_share": 0.0}, {"valid_share": 1.0}, {"purge": 5}]
)
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        FoldSettings(**wrong)


@settings(max_examples=150, deadline=None)
@given(
    holidays=st.lists(st.integers(0, 1499), max_size=80),
    days=st.integers(120, 1500),
    reach=st.integers(1, 30),
    first_feature=st.integers(0, 60),
    step=st.integers(1, 14),
    share=st.floats(0.05, 0.8),
    start=st.none() | st.dates(date(2015, 1, 1), date(2019, 6, 1)),
    end=st.none() | st.dates(date(2015, 1, 1), date(2019, 6, 1)),
    live=st.booleans(),
)
def test_no_calendar_gives_an_overlap(
    holidays, days, reach, first_feature, step, share, start, end, live
):
    dates = np.delete(every_day(1500, "2015-01-01"), holidays)[:days]
    plan = FoldSettings(
        test_start=start, test_end=end, step_months=step, valid_share=share, live=live
    )
    try:
        folds = make_folds(dates, reach, plan, first_feature)
    except FoldError as refusal:
        assert "no room" in str(refusal) or "no test window" in str(refusal)  # noqa: PT017
        return
    names = [fold.name for fold in folds]
    assert len(names) == len(set(names))
    tests = [fold.test for fold in folds if not fold.is_live]
    assert all(later.first > earlier.last for earlier, later in itertools.pairwise(tests))
    for fold in folds:
        assert first_feature <= fold.train.first <= fold.train.last
        assert fold.train.last + reach < fold.valid.first <= fold.valid.last
        assert fold.valid.last + reach < fold.test.first <= fold.test.last < len(dates)
    assert folds_from_manifest(manifest(folds, dates, reach)) == folds
