"""Reading a market folder: what stops, what is kept, and that both formats agree."""

from __future__ import annotations

import gzip
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from deep_alpha.errors import MarketDataError
from deep_alpha.market import check_market, read_market
from deep_alpha.market.trading_dates import parse_trading_dates

REAL = Path(os.environ.get("DEEP_ALPHA_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
HEADER = "asset,date,open,high,low,close,volume,adj_factor"


def bars() -> pd.DataFrame:
    days = pd.to_datetime(["2020-01-02", "2020-01-03", "2020-01-02"]).astype("datetime64[s]")
    return pd.DataFrame(
        {
            "asset": ["000002", "000002", "000001"],
            "date": days,
            "open": [10.0, 10.1, 7.5],
            "high": [10.2, 10.3, 7.6],
            "low": [9.9, 10.0, 7.4],
            "close": [10.1, 10.2, 7.45],
            "volume": [1000.0, 0.0, 300.0],
            "adj_factor": [1.0, 1.0, 2.5],
            "amount": [10_050.0, np.nan, 2250.0],
            "is_st": [False, True, False],
        }
    )


def assets() -> pd.DataFrame:
    listed = pd.to_datetime(["1991-04-03", None]).astype("datetime64[s]")
    return pd.DataFrame(
        {"asset": ["000001", "000002"], "industry": ["Banks", None], "list_date": listed}
    )


def write_csv(folder: Path, *lines: str, name: str = "bars.csv") -> Path:
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder


def failure(folder: Path) -> str:
    """The message with which reading the bars of a folder stops."""
    with pytest.raises(MarketDataError) as stop:
        _ = read_market(folder).bars
    return str(stop.value)


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".csv.gz"])
def test_all_formats_give_the_same_market(tmp_path: Path, suffix: str) -> None:
    for name, frame in {"bars": bars(), "assets": assets()}.items():
        path = tmp_path / f"{name}{suffix}"
        if suffix == ".parquet":
            frame.to_parquet(path)
        else:
            frame.to_csv(path, index=False)

    market = read_market(tmp_path)

    expected = bars()
    expected["asset"] = pd.Categorical(expected["asset"], ["000001", "000002"])
    assert_frame_equal(market.bars[list(expected)], expected)
    assert_frame_equal(market.assets, assets(), check_dtype=False)
    assert market.assets["list_date"].dtype == "datetime64[s]"
    assert market.valuation is None
    assert market.name == tmp_path.name
    assert set(market.tables()) == {"bars", "assets"}


def test_a_table_is_read_on_first_use_and_kept(tmp_path: Path) -> None:
    bars().to_parquet(tmp_path / "bars.parquet")
    write_csv(tmp_path, "asset,industry", "A,x", name="assets.csv")
    market = read_market(tmp_path)
    (tmp_path / "assets.csv").unlink()

    assert market.bars is market.bars
    with pytest.raises(MarketDataError, match=r"assets\.csv can not be read"):
        _ = market.assets


def test_forecasts_are_an_optional_table(tmp_path: Path) -> None:
    bars().to_parquet(tmp_path / "bars.parquet")
    assert read_market(tmp_path).forecasts is None
    write_csv(
        tmp_path,
        "asset,announced,net_profit,growth_short",
        "000002,2020-01-03,1000000,",
        "000001,2020-01-04,-5,0.25",
        name="forecasts.csv",
    )

    forecasts = read_market(tmp_path).forecasts

    assert forecasts is not None
    assert forecasts["asset"].tolist() == ["000002", "000001"]
    assert forecasts["announced"].dtype == "datetime64[s]"
    assert forecasts["net_profit"].tolist() == [1e6, -5.0]
    assert forecasts["growth_short"].isna().tolist() == [True, False]


def test_tables_can_be_replaced(tmp_path: Path) -> None:
    bars().to_parquet(tmp_path / "bars.parquet")
    market = read_market(tmp_path)

    changed = market.with_tables(assets=assets())

    assert changed.assets is not None
    assert market.assets is None
    assert changed.name == market.name


def test_tickers_that_look_like_missing_values_stay_tickers(tmp_path: Path) -> None:
    write_csv(
        tmp_path,
        HEADER,
        "NA,2020-01-02,1,1,1,1,1,1",
        "TRUE,2020-01-02,1,1,1,1,NA,1",
        "007,2020-01-02,1,1,1,1,1,1",
    )

    frame = read_market(tmp_path).bars

    assert list(frame["asset"]) == ["NA", "TRUE", "007"]
    assert np.isnan(frame["volume"].iloc[1])


def test_numbers_and_flags_come_in_the_documented_types(tmp_path: Path) -> None:
    frame = bars().drop(columns="is_st").assign(asset=[7, 7, 5], volume=[1, 2, 3], is_st=[0, 1, 0])
    frame.to_parquet(tmp_path / "bars.parquet")

    read = read_market(tmp_path).bars

    assert list(read["asset"]) == ["7", "7", "5"]
    assert read["volume"].dtype == np.float64
    assert read["is_st"].tolist() == [False, True, False]


def test_notes_hidden_files_and_folders_are_ignored(tmp_path: Path) -> None:
    bars().to_parquet(tmp_path / "bars.parquet")
    for name in ("README", "notes.md", ".DS_Store", "meta.json"):
        (tmp_path / name).write_text("about the data")
    (tmp_path / "older").mkdir()

    assert set(read_market(tmp_path).tables()) == {"bars"}


def test_unknown_columns_are_left_out_and_named(tmp_path: Path) -> None:
    bars().assign(sentiment=1.0, note="x").to_parquet(tmp_path / "bars.parquet")

    market = read_market(tmp_path)

    assert "sentiment" not in market.bars
    assert market.ignored_columns == {"bars": ("sentiment", "note")}


def test_a_missing_folder_stops(tmp_path: Path) -> None:
    assert failure(tmp_path / "nowhere") == (
        f"market folder '{tmp_path}/nowhere' does not exist or is not a folder"
    )


def test_a_folder_without_bars_stops(tmp_path: Path) -> None:
    assets().to_parquet(tmp_path / "assets.parquet")
    assert failure(tmp_path) == (
        f"market folder '{tmp_path}' has no table of bars: "
        "it needs bars.parquet, bars.csv or bars.csv.gz"
    )


def test_a_table_in_two_formats_stops(tmp_path: Path) -> None:
    bars().to_parquet(tmp_path / "bars.parquet")
    bars().to_csv(tmp_path / "bars.csv", index=False)
    assert failure(tmp_path) == (
        "table 'bars' stands twice in the market folder: bars.csv and bars.parquet; remove one"
    )


def test_an_unknown_table_stops(tmp_path: Path) -> None:
    bars().to_parquet(tmp_path / "bars.parquet")
    assets().to_parquet(tmp_path / "asset.parquet")
    assert failure(tmp_path) == (
        "asset.parquet is no known table (is it meant to be 'assets'?); known tables: bars, "
        "assets, fundamentals, valuation, forecasts, index_levels, index_members, "
        "index_weights, risk_free"
    )


def test_another_format_stops(tmp_path: Path) -> None:
    (tmp_path / "bars.xlsx").write_text("")
    assert failure(tmp_path) == (
        "bars.xlsx is in none of the formats .parquet, .csv, .csv.gz: convert or remove it"
    )


def test_a_missing_column_stops_with_the_likely_one(tmp_path: Path) -> None:
    write_csv(tmp_path, HEADER.replace("close", "Close"), "A,2020-01-02,1,1,1,1,1,1")
    assert failure(tmp_path) == (
        "bars.csv: required column 'close' missing (is 'Close' meant to be 'close'?); "
        "found: asset, date, open, high, low, Close, volume, adj_factor"
    )


def test_a_column_that_stands_twice_stops(tmp_path: Path) -> None:
    write_csv(tmp_path, HEADER + ",close", "A,2020-01-02,1,1,1,1,1,1,1")
    assert failure(tmp_path) == "bars.csv: column 'close' stands there twice"


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".csv.gz"])
def test_an_empty_file_stops(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"bars{suffix}").write_bytes(b"")
    assert failure(tmp_path) == f"bars{suffix} is empty (0 bytes)"


def test_a_table_without_rows_stops(tmp_path: Path) -> None:
    bars().head(0).to_parquet(tmp_path / "bars.parquet")
    assert failure(tmp_path) == "bars.parquet has no rows"
    (tmp_path / "bars.parquet").unlink()
    write_csv(tmp_path, HEADER)
    assert failure(tmp_path) == "bars.csv has no rows"


def test_a_broken_file_stops(tmp_path: Path) -> None:
    (tmp_path / "bars.parquet").write_text("no parquet")
    assert failure(tmp_path).startswith("bars.parquet can not be read: Parquet magic bytes")
    (tmp_path / "bars.parquet").unlink()
    write_csv(tmp_path, HEADER, "A,2020-01-02,1,1")
    assert failure(tmp_path) == (
        "bars.csv can not be read: CSV parse error: Expected 8 columns, got 4: A,2020-01-02,1,1"
    )
    (tmp_path / "bars.csv").unlink()
    (tmp_path / "bars.csv.gz").write_bytes(gzip.compress(b"x" * 99)[:20])
    assert failure(tmp_path).startswith("bars.csv.gz can not be read: ")


def test_text_among_numbers_stops_with_its_row(tmp_path: Path) -> None:
    rows = [f"A,2020-01-{day:02},1,1,1,1,1,1" for day in range(1, 8)]
    rows[4] = "A,2020-01-05,1,1,1,n/k,1,1"
    write_csv(tmp_path, HEADER, *rows)
    assert failure(tmp_path) == (
        "bars.csv: column 'close' must hold numbers, but row 5 holds 'n/k'"
    )


def test_a_text_column_in_place_of_numbers_stops(tmp_path: Path) -> None:
    bars().assign(close=["10.1", "10.2", "-"]).to_parquet(tmp_path / "bars.parquet")
    assert failure(tmp_path) == (
        "bars.parquet: column 'close' must hold numbers, but row 3 holds '-'"
    )
    bars().assign(close=["10.1", "10.2", "7"]).to_parquet(tmp_path / "bars.parquet")
    assert failure(tmp_path) == (
        "bars.parquet: column 'close' must hold numbers, but row 1 holds '10.1'"
    )


def test_a_flag_that_is_neither_true_nor_false_stops(tmp_path: Path) -> None:
    write_csv(tmp_path, HEADER + ",is_st", "A,2020-01-02,1,1,1,1,1,1,maybe")
    assert failure(tmp_path) == (
        "bars.csv: column 'is_st' must hold true or false, but row 1 holds 'maybe'"
    )


@pytest.mark.parametrize(
    "written",
    [
        pd.Series(["2014-01-02", "2014-1-2"]),
        pd.Series(["2014/01/02", "2014.01.02"]),
        pd.Series(["20140102", "2014-01-02 15:00:00"]),
        pd.Series([20140102, 20140102]),
        pd.Series([20140102.0, np.nan]),
        pd.Series(pd.to_datetime(["2014-01-02 16:00", None])).astype("datetime64[us]"),
        pd.Series([pd.Timestamp("2014-01-02").date(), None]),
        pd.Series(["2014-01-02", "NaT"], dtype="category"),
    ],
)
def test_dates_are_read_however_they_are_written(written: pd.Series) -> None:
    dates = parse_trading_dates(written)

    assert dates.clean
    assert dates.days.dtype == "datetime64[s]"
    assert dates.days[0] == np.datetime64("2014-01-02")
    assert dates.missing[1] == np.isnat(dates.days[1])


def test_unreadable_and_zoned_dates_are_told_apart() -> None:
    written = pd.Series(
        ["2014-02-30", "02/01/2014", "2014-01-02T15:00Z", "2014-01-02 00:00:00+08:00", "2014-13-01"]
    )
    dates = parse_trading_dates(written)
    assert dates.unparsable.tolist() == [True, True, False, False, True]
    assert dates.zoned.tolist() == [False, False, True, True, False]
    numbers = parse_trading_dates(pd.Series([20140230, 41641, 20141301, 20140228]))
    assert numbers.unparsable.tolist() == [True, True, True, False]
    zoned = parse_trading_dates(pd.Series(pd.to_datetime(["2014-01-02"]).tz_localize("UTC")))
    assert zoned.zoned.tolist() == [True]


def test_a_faulty_date_keeps_its_text_for_the_gate(tmp_path: Path) -> None:
    rows = [f"A,2020-01-{day:02},1,1,1,1,1,1" for day in range(1, 32)] * 10
    rows = [row.replace("A", f"A{i // 31}") for i, row in enumerate(rows)]
    rows[3] = "A0,2020-01-4x,1,1,1,1,1,1"
    write_csv(tmp_path, HEADER, *rows)

    result = check_market(read_market(tmp_path))

    assert result.quarantine[["row", "rule", "value"]].to_numpy().tolist() == [
        [4, "unparsable_date", "2020-01-4x"]
    ]
    assert result.market.bars["date"].dtype == "datetime64[s]"


@pytest.mark.real
def test_six_million_bars_are_read_in_seconds() -> None:
    folder = REAL / "ashare"
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}")
    start = time.perf_counter()
    market = read_market(folder)
    opened = time.perf_counter() - start

    assert len(market.bars) == 6_209_550
    assert market.bars["asset"].cat.categories.is_monotonic_increasing
    assert market.bars["asset"].cat.categories[0] == "000001"
    assert opened < 1
    assert time.perf_counter() - start < 20
