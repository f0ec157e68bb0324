"""Walk-forward folds: train | purge | valid | purge | test, and the proof of no overlap.

The label of date t is known at t + reach (horizon plus entry lag). A segment therefore
ends ``reach`` days before the next one begins: the purge is derived from the target,
never typed (SPEC 0.2).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from deep_alpha.errors import FoldError

LIVE = "live"
OVERLAY = "overlay"
"""Key of ``folds.json``: what a profile laid over the market's settings."""
_GENERIC_TEST_SHARE = 0.7


class FoldSettings(BaseModel):
    """How the calendar is cut.

    Args:
        first_train: First date of training; None is the first date with features.
        test_start: First date of the first test; None is the first of January or July
            at or after 70 % of the sample, or of any month where the sample ends before.
        test_end: Last date of the last test; None is the newest date.
        step_months: Length of a test window in calendar months.
        valid_share: Share of the in-sample days, the last ones, used for validation.
        live: Add a last fold trained on all labels known today, its test open.
        split: ``three_way``, or ``paper`` for paper 000's two-way split whose
            validation is its test: it leaks by design (000-M4) and never enters the
            scoreboard.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_train: date | None = None
    test_start: date | None = None
    test_end: date | None = None
    step_months: int = Field(default=6, ge=1, le=120)
    valid_share: float = Field(default=0.2, gt=0, lt=0.9)
    live: bool = True
    split: Literal["three_way", "paper"] = "three_way"


@dataclass(frozen=True)
class Segment:
    """A span of feature dates and the span of the labels that belong to them.

    Args:
        first: Calendar position of the first feature date.
        last: Calendar position of the last feature date.
        first_label: Position at which the first label's window begins (t + 1).
        last_label: Position at which the last label is known (t + reach); past the end
            of the calendar where it is not known yet.
    """

    first: int
    last: int
    first_label: int
    last_label: int

    def __len__(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Fold:
    """One step of the walk: fit on train, stop on valid, score test."""

    name: str
    train: Segment
    valid: Segment
    test: Segment
    leaks_by_design: bool = False

    @property
    def is_live(self) -> bool:
        """Whether this is the open last fold."""
        return self.name == LIVE


def make_folds(
    dates: NDArray[np.datetime64], reach: int, settings: FoldSettings, first_feature: int = 0
) -> list[Fold]:
    """Cut a calendar into walk-forward folds.

    Args:
        dates: The market's trading days, ascending.
        reach: Days after t at which the label of t is known.
        settings: Where to cut.
        first_feature: Position of the first date that has features.

    Returns:
        The folds in time order; the last one is ``live`` where asked for.

    Raises:
        FoldError: A fold has no room for its segments, or segments overlap.
    """
    calendar = pd.DatetimeIndex(dates)
    first = first_feature
    if settings.first_train is not None:
        first = max(first, int(calendar.searchsorted(pd.Timestamp(settings.first_train))))
    if first >= len(calendar):
        raise FoldError(
            f"no day to train on: training would start on day {first} "
            f"of a calendar of {len(calendar)} days"
        )
    begin = _first_test(calendar, settings, first)
    finish = len(calendar) - 1
    if settings.test_end is not None:
        finish = int(calendar.searchsorted(pd.Timestamp(settings.test_end), side="right")) - 1
    folds = []
    if settings.split == "paper":
        start = int(calendar.searchsorted(begin))
        folds.append(_paper_fold(first, start, finish, reach))
    else:
        for name, start, stop in _test_windows(calendar, begin, finish, settings.step_months):
            folds.append(_fold(name, first, start, stop, reach, settings.valid_share))
        if settings.live:
            newest = len(calendar) - 1
            folds.append(_fold(LIVE, first, newest, newest, reach, settings.valid_share))
    if not folds:
        end = calendar[-1] if settings.test_end is None else pd.Timestamp(settings.test_end)
        raise FoldError(
            f"no test window: the first test would start on {begin:%Y-%m-%d}, "
            f"the tests end on {end:%Y-%m-%d}"
        )
    check_no_overlap(folds)
    return folds


def lay_over(folds: FoldSettings, over: FoldSettings) -> FoldSettings:
    """The first settings with every field replaced that the second ones name."""
    return FoldSettings.model_validate(
        {**folds.model_dump(), **over.model_dump(exclude_unset=True)}
    )


def check_no_overlap(folds: list[Fold]) -> None:
    """Fail when a label of one segment reaches into the next one.

    Raises:
        FoldError: Names the fold and the two segments.
    """
    for fold in folds:
        if fold.leaks_by_design:
            continue
        for earlier, later in (("train", "valid"), ("valid", "test")):
            label = getattr(fold, earlier).last_label
            feature = getattr(fold, later).first
            if label >= feature:
                raise FoldError(
                    f"fold {fold.name}: the last label of {earlier} is known on day {label}, "
                    f"but {later} starts on day {feature}; segments must not overlap"
                )


def manifest(folds: list[Fold], dates: NDArray[np.datetime64], reach: int) -> dict[str, Any]:
    """The folds with dates, as written to ``folds.json``; a label past today is null."""

    def day(position: int) -> str | None:
        return f"{pd.Timestamp(dates[position]):%Y-%m-%d}" if position < len(dates) else None

    entries = []
    for fold in folds:
        entry: dict[str, Any] = {"name": fold.name, "leaks_by_design": fold.leaks_by_design}
        for name in ("train", "valid", "test"):
            segment: Segment = getattr(fold, name)
            entry[name] = {
                "days": len(segment),
                "first_feature": day(segment.first),
                "last_feature": day(segment.last),
                "first_label": day(segment.first_label),
                "last_label": day(segment.last_label),
                "positions": asdict(segment),
            }
        entries.append(entry)
    return {"purge_days": reach, "calendar_days": len(dates), "folds": entries}


def folds_from_manifest(content: dict[str, Any]) -> list[Fold]:
    """Read the folds back from a manifest, and check them again."""
    folds = [
        Fold(
            name=entry["name"],
            leaks_by_design=entry["leaks_by_design"],
            **{name: Segment(**entry[name]["positions"]) for name in ("train", "valid", "test")},
        )
        for entry in content["folds"]
    ]
    check_no_overlap(folds)
    return folds


def folds_by_horizon(content: Mapping[str, Any]) -> dict[int, list[Fold]]:
    """Read ``folds.json`` back: the manifests of all horizons, under ``h<horizon>``."""
    return {int(key[1:]): folds_from_manifest(entry) for key, entry in content.items()}


def _segment(first: int, last: int, reach: int) -> Segment:
    return Segment(first, last, first + 1, last + reach)


def _fold(
    name: str, first: int, test_first: int, test_last: int, reach: int, valid_share: float
) -> Fold:
    in_sample = test_first - first
    valid_first = test_first - round(in_sample * valid_share)
    train_last = valid_first - 1 - reach
    valid_last = test_first - 1 - reach
    if train_last < first or valid_last < valid_first:
        raise FoldError(
            f"fold {name}: {in_sample} in-sample days leave no room for training, validation "
            f"and two purges of {reach} days; start the test later or the training earlier"
        )
    return Fold(
        name,
        _segment(first, train_last, reach),
        _segment(valid_first, valid_last, reach),
        _segment(test_first, test_last, reach),
    )


def _paper_fold(first: int, start: int, finish: int, reach: int) -> Fold:
    if start - 1 < first or finish < start:
        raise FoldError(f"the two-way split at day {start} leaves an empty segment")
    test = _segment(start, finish, reach)
    return Fold("paper", _segment(first, start - 1, reach), test, test, leaks_by_design=True)


def _test_windows(
    calendar: pd.DatetimeIndex, begin: pd.Timestamp, finish: int, months: int
) -> Iterator[tuple[str, int, int]]:
    """Name, first and last position of each test window that holds a trading day."""
    for step in itertools.count():
        # Counted from the first window on, so that the 31st does not become the 28th for good.
        window = begin + pd.DateOffset(months=step * months)
        following = begin + pd.DateOffset(months=(step + 1) * months)
        start = int(calendar.searchsorted(window))
        if start > finish:
            return
        stop = min(int(calendar.searchsorted(following)) - 1, finish)
        if start <= stop:
            yield f"{window:%Y-%m}", start, stop


def _first_test(calendar: pd.DatetimeIndex, settings: FoldSettings, first: int) -> pd.Timestamp:
    if settings.test_start is not None:
        return pd.Timestamp(settings.test_start)
    position = first + int((len(calendar) - 1 - first) * _GENERIC_TEST_SHARE)
    day = calendar[position]
    halves = [pd.Timestamp(year, month, 1) for year in (day.year, day.year + 1) for month in (1, 7)]
    half = next(start for start in halves if start >= day)
    if half <= calendar[-1]:
        return half
    month: pd.Timestamp = pd.offsets.MonthBegin().rollforward(day)
    return month if month <= calendar[-1] else day
