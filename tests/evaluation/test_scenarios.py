"""What is said of a scenario's scores, fold by fold and for all folds together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import spearmanr
from sklearn.metrics import accuracy_score, roc_auc_score, root_mean_squared_error

from deep_alpha.evaluation.pooled import pooled_auc
from deep_alpha.evaluation.scenario_folds import FITTED, TOO_FEW, FoldRows, fold_rows
from deep_alpha.evaluation.scenarios import judge_scenario
from deep_alpha.factors.scenarios import ScenarioSettings
from deep_alpha.feature_table import make_feature_table
from deep_alpha.folds import FoldSettings, make_folds
from deep_alpha.labels import Labels
from deep_alpha.targets import TargetSettings

DRAWS = 200
FOLDS = (
    FoldRows("2020-01", FITTED, 5000, 900, 1200, 0.4, 0.001),
    FoldRows("2020-07", FITTED, 6000, 900, 1200, 0.6, -0.002),
)
NONE = FoldRows("2021-01", TOO_FEW, 1999, 900, 1200, 0.5, 0.0)
SCALES = {"2020-01": 0.03, "2020-07": 0.05}


def scored(seed=0, days=60, a_day=20) -> pd.DataFrame:
    """Two folds of a hybrid model with two seeds; every tenth label is not known yet."""
    random = np.random.default_rng(seed)
    rows = days * a_day
    parts = []
    for number, note in enumerate(FOLDS):
        label = random.normal(0, 0.04, rows)
        part = pd.DataFrame(
            {
                "fold": note.fold,
                "day": number * days + np.repeat(np.arange(days), a_day),
                "label": np.where(random.random(rows) < 0.1, np.nan, label),
            }
        )
        for head in ("score", "up"):
            for member in ("_0", "_1"):
                part[head + member] = 10 * label + random.normal(0, 1, rows)
            part[head] = part[[f"{head}_0", f"{head}_1"]].mean(axis=1)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


SCORES = scored()
KNOWN = SCORES.dropna()


def judge(task="hybrid", folds=FOLDS, scores=SCORES, horizon=5) -> pd.DataFrame:
    return judge_scenario(scores, folds, SCALES, task, horizon, DRAWS)


def cell(found: pd.DataFrame, column: str, **where) -> float:
    chosen = found
    for name, value in where.items():
        chosen = chosen[chosen[name] == value]
    (value,) = chosen[column]
    return value


def test_there_is_a_row_for_each_fold_head_and_seed():
    found = judge()
    keys = list(found[["fold", "head", "by"]].itertuples(index=False, name=None))
    assert keys == [
        (fold, head, by)
        for fold in ("2020-01", "2020-07", "all")
        for head in ("return", "up")
        for by in ("ensemble", "0", "1")
    ]
    assert set(judge("classification")["head"]) == {"up"}
    assert set(judge("regression")["head"]) == {"return"}


@pytest.mark.parametrize("fold", ["2020-01", "2020-07", "all"])
@pytest.mark.parametrize(("by", "suffix"), [("ensemble", ""), ("1", "_1")])
def test_figures_are_those_of_the_rows_with_a_label(fold, by, suffix):
    found = judge()
    rows = KNOWN if fold == "all" else KNOWN[KNOWN["fold"] == fold]
    up, label = rows["label"] > 0, rows["label"]
    for head, column in (("return", f"score{suffix}"), ("up", f"up{suffix}")):
        expected = {
            "auc": roc_auc_score(up, rows[column]),
            "hit_rate": up.mean(),
            "days": rows["day"].nunique(),
        }
        if head == "up":
            commoner = rows["fold"].map({"2020-01": False, "2020-07": True})
            expected["accuracy"] = accuracy_score(up, rows[column] > 0)
            expected["constant_accuracy"] = accuracy_score(up, commoner)
        else:
            means = rows["fold"].map({note.fold: note.train_mean for note in FOLDS})
            daily = [
                spearmanr(day[column], day["label"]).statistic for _, day in rows.groupby("day")
            ]
            expected["ic"] = spearmanr(rows[column], label).statistic
            expected["daily_ic"] = np.mean(daily)
            expected["ic_days"] = len(daily)
            decimals = rows[column] * rows["fold"].map(SCALES)
            expected["rmse"] = root_mean_squared_error(label, decimals)
            expected["constant_rmse"] = root_mean_squared_error(label, means)
        for name, value in expected.items():
            assert cell(found, name, fold=fold, head=head, by=by) == pytest.approx(value), name


def test_days_with_fewer_than_ten_events_have_no_ic_of_their_own():
    thin = SCORES[(SCORES["day"] % 2 == 0) | (SCORES.index % 4 == 0)]
    found = judge("regression", scores=thin)
    counts = thin.dropna().groupby("day").size()
    assert cell(found, "ic_days", fold="all", by="ensemble") == (counts >= 10).sum() == 60
    assert cell(found, "days", fold="all", by="ensemble") == 120


def test_intervals_are_the_ensemble_s():
    found = judge("classification")
    rows = KNOWN[KNOWN["fold"] == "2020-07"]
    expected = pooled_auc(
        rows["score"].to_numpy(), (rows["label"] > 0).to_numpy(), rows["day"].to_numpy(), 5, DRAWS
    )
    own = found[(found["fold"] == "2020-07") & (found["by"] == "ensemble")].iloc[0]
    assert (own["auc_low"], own["auc_high"], own["auc_p"]) == (
        expected.low,
        expected.high,
        expected.p_value,
    )
    assert own["above_chance"] == (expected.low > 0.5) == True  # noqa: E712
    assert found.loc[found["by"] != "ensemble", "auc_low"].isna().all()


@pytest.mark.parametrize("scores", [-SCORES["score"], 0.0], ids=["reversed", "constant"])
def test_a_score_that_is_wrong_or_says_nothing_is_not_above_chance(scores):
    found = judge("classification", scores=SCORES.assign(score=scores))
    assert not found["above_chance"].dropna().astype(bool).any()


def test_the_order_of_the_rows_does_not_matter():
    pd.testing.assert_frame_equal(judge(), judge(scores=SCORES.sample(frac=1.0, random_state=0)))


def test_a_fold_without_enough_events_says_so_and_nothing_else():
    found = judge(folds=(*FOLDS, NONE))
    (row,) = found[found["fold"] == "2021-01"].to_dict("records")
    assert row["status"] == "not enough events"
    assert row["train_rows"] == 1999
    assert np.isnan(row["auc"])
    rest = found[found["fold"] != "2021-01"].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, judge(), check_dtype=False)


def test_no_fold_at_all_may_have_enough():
    nothing = pd.DataFrame(columns=["fold", "date", "asset", "day", "label"])
    found = judge(folds=(NONE,), scores=nothing)
    assert found["status"].tolist() == ["not enough events"]


def test_saying_that_tomorrow_is_as_today_is_a_yardstick():
    today = (np.arange(len(SCORES)) % 3 == 0).astype(float)
    found = judge("classification", scores=SCORES.assign(today=today), horizon=1)
    known = SCORES["label"].notna()
    expected = roc_auc_score(SCORES["label"][known] > 0, today[known])
    assert cell(found, "today_auc", fold="all", by="ensemble") == pytest.approx(expected)
    assert "today_auc" not in judge("classification")


# --- folds -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def market():
    """100 days of 30 names; a label of every third row is missing."""
    dates = pd.bdate_range("2020-01-01", periods=100)
    panel = xr.Dataset(coords={"date": dates, "asset": [f"A{k:02d}" for k in range(30)]})
    date_index, asset_index = np.divmod(np.arange(3000), 30)
    values = np.zeros((3000, 1), dtype=np.float32)
    table = make_feature_table(values, ("x",), date_index, asset_index, panel)
    known = np.random.default_rng(0).normal(0.01, 0.03, 3000).astype(np.float32)
    known[::3] = np.nan
    labels = Labels(TargetSettings(horizon=5), known, table.digests)
    settings = FoldSettings(test_start="2020-04-01", test_end="2020-04-30", live=False)
    (fold,) = make_folds(table.dates, 5, settings)
    return fold, table, labels


def test_rows_with_a_label_are_counted_and_the_train_segment_s_constants_taken(market):
    fold, table, labels = market
    counted = fold_rows(fold, table, labels, ScenarioSettings(minimum_train=100, minimum_valid=10))
    spans = [slice(30 * part.first, 30 * (part.last + 1)) for part in (fold.train, fold.valid)]
    train, valid = (labels.forward_return[span] for span in spans)
    assert counted.status == "fitted"
    assert counted.train_rows == np.isfinite(train).sum()
    assert counted.valid_rows == np.isfinite(valid).sum()
    assert counted.test_rows == 20 * len(fold.test)
    assert counted.train_mean == pytest.approx(np.nanmean(train, dtype=np.float64))
    known = train[np.isfinite(train)]
    assert counted.train_hit_rate == pytest.approx((known > 0).mean())


def test_too_few_rows_are_reported_to_the_row(market):
    fold, table, labels = market
    train = fold_rows(fold, table, labels, ScenarioSettings(minimum_train=1)).train_rows
    valid = fold_rows(fold, table, labels, ScenarioSettings(minimum_train=1)).valid_rows

    def status(train_needed, valid_needed):
        rules = ScenarioSettings(minimum_train=train_needed, minimum_valid=valid_needed)
        return fold_rows(fold, table, labels, rules).status

    assert status(train, valid) == "fitted"
    assert status(train + 1, valid) == "not enough events"
    assert status(train, valid + 1) == "not enough events"


def test_segments_without_any_label_are_not_enough(market):
    fold, table, labels = market
    unknown = Labels(labels.target, np.full(3000, np.nan, dtype=np.float32), labels.digests)
    counted = fold_rows(fold, table, unknown, ScenarioSettings(minimum_train=1))
    assert counted.status == "not enough events"
    assert (counted.train_rows, counted.valid_rows, counted.test_rows) == (0, 0, 0)
    assert np.isnan(counted.train_mean)
    half = labels.forward_return.copy()
    half[30 * fold.test.first :] = np.nan
    later = Labels(labels.target, half, labels.digests)
    assert fold_rows(fold, table, later, ScenarioSettings(minimum_train=1)).test_rows == 0
    assert (
        fold_rows(fold, table, later, ScenarioSettings(minimum_train=1)).status
        == "not enough events"
    )
