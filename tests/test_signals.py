"""Signals: out-of-sample scores and where they came from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from deep_alpha.errors import DeepAlphaError
from deep_alpha.folds import Fold, Segment
from deep_alpha.signals import (
    Signal,
    check_comparable,
    ensemble,
    grid_signal,
    make_signal,
    wide_frame,
)

META = {
    "model": "mlp",
    "horizon": 5,
    "entry": "close",
    "target": "rank",
    "market": "0123456789abcdef",
    "universe": "traded, at least 60 bars old",
    "seeds": [0, 1],
    "fingerprints": {"2020-01": "ab"},
}


def scores(days: list[str], assets: str = "AB", start: float = 0.0) -> pd.DataFrame:
    dates = pd.DatetimeIndex(days).repeat(len(assets))
    values = start + np.arange(len(dates), dtype=np.float32)
    return pd.DataFrame({"date": dates, "asset": list(assets) * len(days), "score": values})


def parts() -> list[tuple[str, pd.DataFrame]]:
    return [
        ("2020-07", scores(["2020-07-01", "2020-07-02"], start=10)),
        ("2020-01", scores(["2020-01-02"])),
        ("live", scores(["2020-07-02"], start=20)),
    ]


def test_folds_are_joined_in_order():
    signal = make_signal(parts(), META)
    assert signal.scores.columns.tolist() == ["date", "asset", "score", "fold"]
    assert signal.scores["fold"].tolist() == ["2020-01"] * 2 + ["2020-07"] * 4 + ["live"] * 2
    assert signal.scores["score"].tolist() == [0, 1, 10, 11, 12, 13, 20, 21]
    assert signal.scores.index.tolist() == list(range(8))
    assert signal.meta == META


def test_rows_are_sorted_by_date_and_asset():
    shuffled = [(name, frame[::-1]) for name, frame in parts()]
    assert make_signal(shuffled, META).scores.equals(make_signal(parts(), META).scores)


def test_tests_and_the_live_fold_are_two_frames():
    signal = make_signal(parts(), META)
    tests, live = signal.wide(), signal.wide(live=True)
    assert tests.index.tolist() == list(pd.to_datetime(["2020-01-02", "2020-07-01", "2020-07-02"]))
    assert tests.to_numpy().tolist() == [[0, 1], [10, 11], [12, 13]]
    assert tests.columns.tolist() == ["A", "B"]
    assert live.to_numpy().tolist() == [[20, 21]]


@pytest.mark.parametrize("fold", ["2020-01", "2020-07", "live"])
def test_a_row_scored_twice_is_refused(fold):
    twice = {
        "2020-01": scores(["2020-01-02"], "B"),
        "2020-07": scores(["2020-01-02"], "B"),
        "live": scores(["2020-07-02"], "B"),
    }
    day = {"live": "2020-07-02"}.get(fold, "2020-01-02")
    with pytest.raises(DeepAlphaError) as refusal:
        make_signal([*parts(), (fold, twice[fold])], META)
    assert str(refusal.value) == (
        f"signal mlp: B is scored twice on {day}; test windows must not overlap"
    )


def test_a_signal_comes_back_with_its_metadata(tmp_path):
    signal = make_signal(parts(), META)
    signal.save(tmp_path / "signals" / "mlp.parquet")
    stored = Signal.open(tmp_path / "signals" / "mlp.parquet")
    assert stored.meta == META
    pd.testing.assert_frame_equal(stored.scores, signal.scores)
    assert stored.wide().equals(signal.wide())
    assert [path.name for path in (tmp_path / "signals").iterdir()] == ["mlp.parquet"]


def test_the_file_is_plain_parquet(tmp_path):
    make_signal(parts(), META).save(tmp_path / "mlp.parquet")
    plain = pd.read_parquet(tmp_path / "mlp.parquet")
    assert plain.columns.tolist() == ["date", "asset", "score", "fold"]
    assert plain["score"].dtype == np.float32
    assert pd.api.types.is_datetime64_any_dtype(plain["date"])


def test_saving_twice_gives_the_same_bytes(tmp_path):
    one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
    make_signal(parts(), META).save(one)
    reordered = dict(reversed(META.items()))
    make_signal(parts()[::-1], reordered).save(other)
    assert one.read_bytes() == other.read_bytes()


def test_a_file_of_somebody_else_has_no_metadata(tmp_path):
    make_signal(parts(), META).scores.to_parquet(tmp_path / "theirs.parquet")
    assert Signal.open(tmp_path / "theirs.parquet").meta == {}


def test_the_ensemble_is_the_mean_of_the_seeds():
    one = make_signal(parts(), META)
    frames = [(name, frame.assign(score=frame["score"] * 3)) for name, frame in parts()]
    mean = ensemble([one, make_signal(frames[::-1], META)], {"model": "mean"})
    assert mean.scores["score"].tolist() == [0, 2, 20, 22, 24, 26, 40, 42]
    assert mean.scores["score"].dtype == np.float32
    keys = ["date", "asset", "fold"]
    pd.testing.assert_frame_equal(mean.scores[keys], one.scores[keys])
    assert mean.meta == {"model": "mean"}


def test_the_ensemble_of_one_seed_is_that_seed():
    one = make_signal(parts(), META)
    pd.testing.assert_frame_equal(ensemble([one], META).scores, one.scores)


def test_the_mean_is_taken_in_double_precision():
    seeds = [
        make_signal([("2020-01", scores(["2020-01-02"], "A", start))], META)
        for start in (16_777_216.0, 1.0, 1.0)
    ]
    assert ensemble(seeds, META).scores["score"].tolist() == [np.float32(16_777_218 / 3)]


def test_a_seed_without_an_opinion_does_not_blank_the_others():
    frames = scores(["2020-01-02"])
    silent = frames.assign(score=np.float32("nan"))
    signals = [make_signal([("2020-01", frame)], META) for frame in (frames, silent)]
    assert ensemble(signals, META).scores["score"].tolist() == [0, 1]


def test_like_signals_may_be_compared():
    signal = make_signal(parts(), META)
    other = make_signal(parts(), META | {"model": "ridge", "target": "raw", "seeds": [5]})
    check_comparable({"mlp": signal, "ridge": other, "same": signal})
    check_comparable({"mlp": signal})
    check_comparable({})


@pytest.mark.parametrize(
    ("key", "value"),
    [("market", "ffff"), ("universe", "everyone"), ("horizon", 10), ("entry", "next_open")],
)
def test_unlike_signals_are_not_compared(key, value):
    signal, other = (make_signal(parts(), meta) for meta in (META, META | {key: value}))
    with pytest.raises(DeepAlphaError) as refusal:
        check_comparable({"mlp": signal, "ridge": signal, "svr": other})
    assert str(refusal.value) == (
        f"signals mlp and svr can not share a scoreboard: {key} is '{META[key]}' and '{value}'"
    )


def grid() -> xr.DataArray:
    values = np.arange(12, dtype=float).reshape(6, 2)
    values[3, 0] = np.nan
    dates = pd.date_range("2020-01-01", periods=6)
    return xr.DataArray(values, {"date": dates, "asset": ["A", "B"]}, ("date", "asset"))


def fold(name: str, first: int, last: int) -> Fold:
    nothing = Segment(0, 0, 1, 1)
    return Fold(name, nothing, nothing, Segment(first, last, first + 1, last + 1))


FOLDS = [fold("2020-01", 2, 3), fold("2020-07", 4, 4), fold("live", 5, 5)]


def test_a_grid_becomes_a_signal_of_test_dates_only():
    signal = grid_signal(grid(), FOLDS, META)
    assert signal.scores["score"].tolist() == [4, 5, 7, 8, 9, 10, 11]
    assert signal.scores["fold"].tolist() == ["2020-01"] * 3 + ["2020-07"] * 2 + ["live"] * 2
    assert signal.scores["asset"].tolist() == ["A", "B", "B", "A", "B", "A", "B"]
    assert signal.scores["score"].dtype == np.float32
    wide = wide_frame(grid())
    expected = wide.loc[signal.wide().index, signal.wide().columns]
    np.testing.assert_array_equal(signal.wide(), expected)


def test_a_grid_signal_survives_storage(tmp_path):
    signal = grid_signal(grid(), FOLDS, META)
    signal.save(tmp_path / "composite.parquet")
    pd.testing.assert_frame_equal(Signal.open(tmp_path / "composite.parquet").scores, signal.scores)
