"""The samples of one segment of a fold."""

from __future__ import annotations

import numpy as np
import pytest

from deep_alpha.errors import PanelError
from deep_alpha.feature_table import FeatureTable, make_feature_table
from deep_alpha.folds import Segment
from deep_alpha.labels import Labels, make_labels
from deep_alpha.market.universe import UniversePolicy, eligible
from deep_alpha.models.segments import segment_samples
from deep_alpha.targets import TargetSettings
from tests.conftest import random_panel
from tests.test_feature_table import NAMES, table_of

REACH = 5
MIDDLE = Segment(40, 90, 41, 95)


@pytest.fixture
def table(small_panel) -> FeatureTable:
    return table_of(small_panel)


@pytest.fixture
def labels(table, small_panel) -> Labels:
    return make_labels(table, small_panel, TargetSettings(horizon=REACH))


def rows_of(table, segment):
    return np.flatnonzero((table.date_index >= segment.first) & (table.date_index <= segment.last))


def test_all_rows_of_a_test_segment(table, labels):
    test = segment_samples(table, labels, MIDDLE, known_only=False)
    rows = rows_of(table, MIDDLE)
    assert test.rows.tolist() == rows.tolist()
    assert test.date_index.tolist() == table.date_index[rows].tolist()
    assert test.asset_index.tolist() == table.asset_index[rows].tolist()
    assert test.feature_names == NAMES
    assert test.lookback == 1
    assert test.weight is None
    np.testing.assert_array_equal(test.forward_return, labels.forward_return[rows])
    np.testing.assert_array_equal(test.target, test.forward_return)
    assert np.isnan(test.forward_return).any()


def test_a_test_segment_is_the_tables_own_memory(table, labels, tmp_path):
    table.save(tmp_path / "features")
    stored = FeatureTable.open(tmp_path / "features")
    test = segment_samples(stored, labels, MIDDLE, known_only=False)
    assert np.shares_memory(test.all(), stored.values)
    np.testing.assert_array_equal(test.all(), table.values[rows_of(table, MIDDLE)])


def test_fitting_sees_known_labels_only(table, labels):
    train = segment_samples(table, labels, MIDDLE, known_only=True)
    rows = rows_of(table, MIDDLE)
    known = rows[np.isfinite(labels.forward_return[rows])]
    assert 0 < len(known) < len(rows)
    assert train.rows.tolist() == known.tolist()
    assert np.isfinite(train.target).all()
    np.testing.assert_array_equal(train.all(), table.values[known])


def test_an_open_segment_reaches_to_the_last_day(table, labels):
    live = segment_samples(table, labels, Segment(158, 159, 159, 164), known_only=False)
    assert set(live.date_index.tolist()) == {158, 159}
    assert np.isnan(live.forward_return).all()


@pytest.mark.parametrize("lookback", [1, 4])
def test_a_model_sees_the_chosen_features_in_its_order(table, labels, lookback):
    chosen = ("volatility", "momentum")
    whole = segment_samples(table, labels, MIDDLE, known_only=True, lookback=lookback)
    part = segment_samples(
        table, labels, MIDDLE, known_only=True, lookback=lookback, features=chosen
    )
    assert part.feature_names == chosen
    assert part.date_index.tolist() == whole.date_index.tolist()
    np.testing.assert_array_equal(part.all(), whole.all()[..., [2, 0]])
    np.testing.assert_array_equal(part.target, whole.target)


def test_chosen_features_in_the_tables_order_are_no_copy(table, labels):
    chosen = segment_samples(table, labels, MIDDLE, known_only=False, features=NAMES)
    assert chosen.features is table.values


def test_an_unknown_feature_is_refused(table, labels):
    with pytest.raises(PanelError, match="the feature table has no 'value'"):
        segment_samples(table, labels, MIDDLE, known_only=True, features=("value",))


@pytest.mark.parametrize("every", [2, 5, 7])
def test_every_nth_day_of_the_segment(table, labels, every):
    thin = segment_samples(table, labels, MIDDLE, known_only=False, every=every)
    assert sorted(set(thin.date_index.tolist())) == list(range(40, 91, every))
    whole = segment_samples(table, labels, MIDDLE, known_only=False)
    expected = whole.subset((whole.date_index - 40) % every == 0)
    assert thin.rows.tolist() == expected.rows.tolist()


@pytest.mark.parametrize("lookback", [2, 10, 50])
def test_windows_hold_the_assets_last_rows(table, labels, lookback):
    found = segment_samples(table, labels, MIDDLE, known_only=False, lookback=lookback)
    expected, kept = [], []
    for row in rows_of(table, MIDDLE):
        own = np.flatnonzero(table.asset_index[: row + 1] == table.asset_index[row])
        if len(own) >= lookback:
            kept.append(row)
            expected.append(table.values[own[-lookback:]])
    assert 0 < len(kept) <= len(rows_of(table, MIDDLE))
    assert found.rows.tolist() == kept
    np.testing.assert_array_equal(found.all(), np.array(expected))


def test_a_window_may_reach_before_its_segment_but_never_after_its_day(table, labels):
    found = segment_samples(table, labels, MIDDLE, known_only=False, lookback=10)
    changed = table.values.copy()
    changed[table.date_index > 60] = 99.0
    upto = found.subset(found.date_index <= 60)
    noisy = segment_samples(
        replace_fields(table, values=changed), labels, MIDDLE, known_only=False, lookback=10
    )
    np.testing.assert_array_equal(noisy.subset(noisy.date_index <= 60).all(), upto.all())
    assert found.date_index[0] == 40


def replace_fields(table: FeatureTable, **changes: np.ndarray) -> FeatureTable:
    """Another table, with nothing that the first one has worked out already."""
    fields = {name: getattr(table, name) for name in table.__dataclass_fields__}
    return FeatureTable(**fields | changes)


def panel_rows(panel, day, asset, lookback):
    """The days of an asset's last traded rows up to a day, or None where there are fewer."""
    days = np.flatnonzero(panel["traded"].to_numpy()[: day + 1, asset])
    return days[-lookback:] if len(days) >= lookback else None


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("lookback", [1, 3, 20])
def test_windows_of_eligible_samples_hold_all_traded_days(seed, lookback):
    panel = random_panel(assets=14, days=120, seed=seed)
    traded = panel["traded"].to_numpy()
    policy = UniversePolicy(min_bars=30)
    chosen = eligible(panel, policy).to_numpy()
    date_index, asset_index = np.nonzero(traded)
    values = np.stack([date_index, asset_index], axis=1).astype(np.float32)
    sample = chosen[date_index, asset_index]
    table = make_feature_table(values, ("day", "asset"), date_index, asset_index, panel, sample)
    labels = make_labels(table, panel, TargetSettings(horizon=REACH))
    segment = Segment(10, 110, 11, 115)
    found = segment_samples(table, labels, segment, known_only=False, lookback=lookback)

    expected, short, ineligible_days = {}, 0, 0
    for day, asset in zip(*np.nonzero(chosen), strict=True):
        if not segment.first <= day <= segment.last:
            continue
        days = panel_rows(panel, day, asset, lookback)
        if days is None:
            short += 1
            continue
        expected[day, asset] = [[own, asset] for own in days]
        ineligible_days += np.count_nonzero(~chosen[days, asset])
    windows = found.all().reshape(len(found), lookback, 2)
    assert (
        dict(
            zip(
                zip(found.date_index, found.asset_index, strict=True), windows.tolist(), strict=True
            )
        )
        == expected
    )
    assert found.left_out == (short, 0)
    assert (ineligible_days > 0) == (lookback > 1)


@pytest.mark.parametrize("max_gap", [0, 1, 11, 12])
def test_a_window_over_a_long_suspension_is_left_out_and_counted(table, labels, max_gap):
    settings = {"known_only": False, "lookback": 10}
    whole = segment_samples(table, labels, MIDDLE, **settings)
    found = segment_samples(table, labels, MIDDLE, **settings, max_gap=max_gap)
    days = table.date_index[[window_rows(table, row, 10) for row in whole.rows]]
    unbroken = np.diff(days, axis=1).max(axis=1) - 1 <= max_gap
    assert found.rows.tolist() == whole.rows[unbroken].tolist()
    assert found.left_out == (whole.left_out.short, np.count_nonzero(~unbroken))
    # A002 is suspended for twelve days in the middle of the segment.
    a002 = int(np.flatnonzero(table.assets == "A002")[0])
    missing = set(whole.rows[~unbroken]) & set(np.flatnonzero(table.asset_index == a002))
    assert bool(missing) == (max_gap < 12)


def window_rows(table, row, lookback):
    return np.flatnonzero(table.asset_index[: row + 1] == table.asset_index[row])[-lookback:]


def test_what_is_left_out_counts_samples_only(table, labels):
    sample = np.arange(len(table)) % 2 == 0
    half = replace_fields(table, sample=sample)
    early = Segment(0, 30, 1, 35)
    settings = {"known_only": True, "every": 3, "lookback": 20}
    whole = segment_samples(table, labels, early, **settings)
    found = segment_samples(half, labels, early, **settings)
    rows = rows_of(table, early)
    rows = rows[sample[rows] & (table.date_index[rows] % 3 == 0)]
    known = rows[np.isfinite(labels.forward_return[rows])]
    assert len(found) + found.left_out.short == len(known)
    assert 0 < found.left_out.short < whole.left_out.short
    assert set(found.rows) == set(whole.rows) & set(np.flatnonzero(sample))


def test_a_segment_without_rows(table, labels):
    empty = segment_samples(table, labels, Segment(40, 39, 41, 44), known_only=True)
    assert len(empty) == 0
