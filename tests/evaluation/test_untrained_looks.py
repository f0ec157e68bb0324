"""Rules and blends leave rows in the ledger like fits do, each look once."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from deep_alpha.evaluation.ledger import fresh_rows, ledger_rows
from deep_alpha.evaluation.untrained_looks import UntrainedLook, untrained_rows
from deep_alpha.folds import LIVE, Fold, Segment

DATES = [f"{day:%Y-%m-%d}" for day in pd.bdate_range("2020-01-01", periods=40)]


def fold(name: str, first: int, last: int) -> Fold:
    return Fold(
        name, Segment(0, 4, 1, 6), Segment(7, 9, 8, 11), Segment(first, last, first + 1, 40)
    )


FOLDS = {5: [fold("2020-01", 15, 22), fold("2020-02", 23, 39), fold(LIVE, 39, 39)]}
COMMON = {"market": "small", "profile": "tiny"}


@pytest.fixture
def scores() -> pd.DataFrame:
    random = np.random.default_rng(0)
    days = pd.DatetimeIndex(DATES[15:])
    return pd.DataFrame(random.normal(size=(25, 12)), days, [f"A{k}" for k in range(12)])


@pytest.fixture
def ic(scores) -> pd.Series:
    """Rises by 0.01 a day; the labels of the last five days are not known."""
    daily = pd.Series(0.01 * np.arange(25), scores.index)
    daily.iloc[-5:] = np.nan
    return daily


def rows(scores, ic, parts=(), model="composite"):
    look = UntrainedLook(model, parts, 5, scores, ic)
    return untrained_rows([look], FOLDS, DATES, COMMON)


def test_a_row_for_each_test_window_says_what_it_reached(scores, ic):
    first, second = rows(scores, ic)
    assert (first["fold"], first["test_first"], first["test_last"]) == (
        "2020-01",
        "2020-01-22",
        "2020-01-31",
    )
    assert first["test_ic"] == pytest.approx(np.mean(0.01 * np.arange(8)))
    assert first["test_days"] == 8
    assert (second["fold"], second["test_days"]) == ("2020-02", 12)  # of 17, five not known
    assert second["test_ic"] == pytest.approx(np.mean(0.01 * np.arange(8, 20)))
    assert first["config"] == '"untrained"'
    assert not first["degenerate"]
    assert first["profile"] == "tiny"
    unfitted = ("seed", "train_first", "train_last", "valid_ic")
    assert [first[column] for column in unfitted] == [None] * 4


def test_the_columns_are_those_of_a_fit(scores, ic):
    record = {
        "model": "mlp",
        "config": {},
        "fold": "2020-01",
        "seed": 0,
        "horizon": 5,
        "fingerprints": {"fit": "f", "scores": "s"},
        "fit": {"train_samples": 200, "valid": {"ic": 0.05}},
        "test": {"ic": 0.03, "days": 4, "degenerate": False},
    }
    (fitted,) = ledger_rows([record], FOLDS, DATES, COMMON)
    assert list(rows(scores, ic)[0]) == list(fitted)


def test_a_blend_names_its_parts(scores, ic):
    row, _ = rows(scores, ic, parts=("mlp", "composite"), model="blend")
    assert json.loads(row["config"]) == {"parts": ["mlp", "composite"]}


def test_a_look_is_written_once(scores, ic):
    stored = pd.DataFrame(rows(scores, ic))
    assert fresh_rows(stored, rows(scores.copy(), ic.copy())) == []
    assert fresh_rows(stored, rows(scores.assign(unscored=np.nan), ic)) == []


def test_other_scores_labels_or_parts_are_another_look(scores, ic):
    stored = pd.DataFrame(rows(scores, ic))
    changed = scores.copy()
    changed.iloc[3, 2] += 0.1  # in the first window
    assert [row["fold"] for row in fresh_rows(stored, rows(changed, ic))] == ["2020-01"]
    known = ic.fillna(0.02)  # the second window's labels have become known
    assert [row["fold"] for row in fresh_rows(stored, rows(scores, known))] == ["2020-02"]
    assert len(fresh_rows(stored, rows(scores, ic, parts=("a", "b")))) == 2
    renamed = scores.rename(columns={"A3": "A99"})
    assert len(fresh_rows(stored, rows(renamed, ic))) == 2


def test_a_window_without_scores_is_no_look(scores, ic):
    (row,) = rows(scores.iloc[8:], ic.iloc[8:])
    assert row["fold"] == "2020-02"


def test_scores_that_say_nothing_are_called_degenerate(scores, ic):
    assert all(row["degenerate"] for row in rows(scores * 0, ic * np.nan))
    assert all(row["test_ic"] is None for row in rows(scores * 0, ic * np.nan))
