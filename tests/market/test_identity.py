"""A data root belongs to one market: more days are welcome, another history is not."""

from __future__ import annotations

import hashlib
import json
import struct

import pandas as pd
import pytest

from deep_alpha.errors import MarketDataError
from deep_alpha.market.identity import MarketRecord, check_same_market, identify

ADVICE = (
    "For another market type `DEEP_ALPHA_DATA=<new folder> kedro run …`; after a revision of "
    "the same market remove data/market.json and run again"
)


def until(bars: pd.DataFrame, date: str) -> pd.DataFrame:
    return bars[bars["date"] <= date]


def test_there_is_one_digest_for_each_day(small_bars):
    record = identify(small_bars, "folder")
    days = pd.DatetimeIndex(small_bars["date"].unique()).sort_values()
    assert record.dates == tuple(days.strftime("%Y-%m-%d"))
    assert len(record.digests) == len(days)
    assert all(len(digest) == 16 and int(digest, 16) >= 0 for digest in record.digests)
    assert len(record.digest) == 16


def test_neither_order_nor_types_make_another_market(small_bars):
    expected = identify(small_bars, "folder")
    assert identify(small_bars.sample(frac=1.0, random_state=1), "folder") == expected
    retyped = small_bars.assign(
        date=small_bars["date"].dt.strftime("%Y-%m-%d"),
        asset=small_bars["asset"].astype("category"),
        close=small_bars["close"].astype("float32"),
    )
    assert identify(retyped, "folder") == expected


def test_the_first_asset_of_a_category_may_be_unused(small_bars):
    category = pd.CategoricalDtype(["0000", *sorted(small_bars["asset"].unique())])
    known = small_bars.assign(asset=small_bars["asset"].astype(category))
    assert identify(known, "folder") == identify(small_bars, "folder")


def test_more_days_keep_the_earlier_digests(small_bars):
    stored = identify(until(small_bars, "2019-05-31"), "folder")
    fresh = identify(small_bars, "folder")
    assert fresh.digests[: len(stored.digests)] == stored.digests
    assert fresh.digest != stored.digest
    check_same_market(stored, fresh, "data")
    check_same_market(stored, stored, "data")


def test_a_market_is_not_replaced_by_fewer_days(small_bars):
    stored, short = (identify(until(small_bars, day), "m") for day in ("2019-03-29", "2019-03-28"))
    with pytest.raises(MarketDataError) as refusal:
        check_same_market(stored, short, "data")
    assert str(refusal.value) == (
        "data belongs to the market 'm' (2019-01-02 … 2019-03-29), but 2019-03-29 is missing "
        "in 'm'. " + ADVICE
    )


@pytest.mark.parametrize("field", ["open", "high", "low", "close", "volume", "adj_factor"])
def test_a_changed_past_is_refused(small_bars, field):
    revised = small_bars.copy()
    row = revised.index[(revised["date"] == "2019-02-01") & (revised["asset"] == "A006")][0]
    revised.loc[row, field] *= 1.01
    with pytest.raises(MarketDataError) as refusal:
        check_same_market(identify(small_bars, "ours"), identify(revised, "theirs"), "data")
    assert str(refusal.value) == (
        "data belongs to the market 'ours' (2019-01-02 … 2019-08-13), but 2019-02-01 differs "
        "in 'theirs'. " + ADVICE
    )


def test_another_name_or_one_more_asset_is_another_market(small_bars):
    stored = identify(small_bars, "m")
    renamed = small_bars.assign(asset=small_bars["asset"].replace("A000", "A0000"))
    twin = small_bars[small_bars["asset"] == "A000"].assign(asset="B000")
    for other in (renamed, pd.concat([small_bars, twin])):
        with pytest.raises(MarketDataError, match="2019-01-02 differs in 'm'"):
            check_same_market(stored, identify(other, "m"), "data")


def test_a_record_survives_json(small_bars):
    record = identify(small_bars, "folder")
    content = json.loads(json.dumps(record.as_json()))
    assert MarketRecord.from_json(content) == record
    assert content["digest"] == record.digest


def test_a_digest_covers_names_and_float32_values_by_asset():
    """Spelled out byte by byte: another machine or version must find the same market."""
    bars = pd.DataFrame(
        {
            "asset": ["B", "A", "A"],
            "date": pd.to_datetime(["2020-01-02", "2020-01-02", "2020-01-03"]),
            **{key: [1.5, 2.5, 3.5] for key in ("open", "high", "low", "close")},
            "volume": [100.0, 200.0, 300.0],
            "adj_factor": [1.0, 1.0, 1.0],
        }
    )

    def digest(content: bytes) -> bytes:
        return hashlib.blake2b(content, digest_size=8).digest()

    first = digest(b"A") + digest(b"B") + 4 * struct.pack("<2f", 2.5, 1.5)
    first += struct.pack("<2f", 200.0, 100.0) + struct.pack("<2f", 1.0, 1.0)
    second = digest(b"A") + struct.pack("<6f", 3.5, 3.5, 3.5, 3.5, 300.0, 1.0)
    assert identify(bars, "m").digests == tuple(
        f"{int.from_bytes(digest(content), 'little'):016x}" for content in (first, second)
    )
