"""The ledger holds every look, once, and only grows."""

from datetime import UTC, datetime

import pandas as pd

from deep_alpha.evaluation.ledger import fresh_rows, ledger_rows, shared_columns
from deep_alpha.folds import Fold, Segment
from deep_alpha.market.identity import MarketRecord

DATES = [f"2020-01-{day:02d}" for day in range(1, 21)]
JANUARY = Fold("2020-01", Segment(0, 4, 1, 6), Segment(7, 9, 8, 11), Segment(12, 15, 13, 17))
# The test of the live fold is open: its label is not known yet.
LIVE = Fold("live", Segment(2, 8, 3, 10), Segment(11, 15, 12, 17), Segment(19, 19, 20, 21))
FOLDS = {2: [JANUARY, LIVE]}


def record(fold="2020-01", seed=0, fit="f1", scores="s1"):
    return {
        "model": "mlp",
        "model_class": "deep_alpha.models.mlp.MLP",
        "config": {"target": "rank", "hidden": [8]},
        "fold": fold,
        "seed": seed,
        "horizon": 2,
        "fingerprints": {"fit": fit, "scores": scores},
        "fit": {"train_samples": 200, "valid": {"ic": 0.05}},
        "test": {"ic": 0.03, "days": 4, "degenerate": False},
    }


def rows(*records):
    return ledger_rows(records, FOLDS, DATES, {"market": "small", "profile": "tiny"})


def test_a_row_says_what_was_tried_where_and_what_it_reached():
    (row,) = rows(record(seed=3))
    seen = datetime.fromisoformat(row.pop("seen"))
    assert abs((datetime.now(UTC) - seen).total_seconds()) < 60
    assert row == {
        "market": "small",
        "profile": "tiny",
        "model": "mlp",
        "config": '{"hidden": [8], "target": "rank"}',
        "horizon": 2,
        "fold": "2020-01",
        "seed": 3,
        "train_first": "2020-01-01",
        "train_last": "2020-01-05",
        "test_first": "2020-01-13",
        "test_last": "2020-01-16",
        "train_samples": 200,
        "valid_ic": 0.05,
        "test_ic": 0.03,
        "test_days": 4,
        "degenerate": False,
        "fit": "f1",
        "scores": "s1",
    }


def test_all_rows_of_a_run_share_its_market_and_profile():
    market = MarketRecord("folder", ("2020-01-01",), ("a0",))
    leaky = Fold("paper", JANUARY.train, JANUARY.test, JANUARY.test, leaks_by_design=True)
    shared = shared_columns(market, "next_open", "development", [JANUARY])
    assert shared == {
        "market": "folder",
        "digest": market.digest,
        "entry": "next_open",
        "profile": "development",
        "leaks_by_design": False,
    }
    assert shared_columns(market, "close", "paper_literal", [leaky])["leaks_by_design"]


def test_the_live_fold_ends_today():
    (row,) = rows(record("live"))
    assert (row["test_first"], row["test_last"]) == ("2020-01-20", "2020-01-20")


def test_a_fold_means_the_one_of_its_horizon():
    ten = Fold("2020-01", Segment(0, 1, 1, 11), JANUARY.valid, JANUARY.test)
    found = ledger_rows(
        [record(), {**record(), "horizon": 10}], {2: [JANUARY], 10: [ten]}, DATES, {}
    )
    assert [row["train_last"] for row in found] == ["2020-01-05", "2020-01-02"]


def test_one_row_for_each_job():
    found = rows(record(seed=0), record(seed=1, fit="f2"), record("live", fit="f3"))
    assert [(row["fold"], row["seed"]) for row in found] == [
        ("2020-01", 0),
        ("2020-01", 1),
        ("live", 0),
    ]


def test_a_known_look_is_not_fresh():
    stored = pd.DataFrame(rows(record()))
    assert fresh_rows(stored, rows(record())) == []


def test_a_new_fit_or_new_scores_are_another_look():
    stored = pd.DataFrame(rows(record()))
    new = rows(record(), record(fit="f2"), record(scores="s2"))
    assert fresh_rows(stored, new) == new[1:]


def test_a_look_that_comes_twice_at_once_is_one_look():
    found = fresh_rows(pd.DataFrame(), rows(record(), record()))
    assert len(found) == 1
