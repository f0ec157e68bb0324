"""The quality gate: which rows go to quarantine, which cells become NaN, when it stops."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from pydantic import ValidationError

from deep_alpha.errors import MarketDataError
from deep_alpha.market import Finding, GateResult, GateSettings, Market, check_market
from deep_alpha.market.tables import TABLES

TODAY = date(2020, 12, 31)
DAYS = pd.bdate_range("2020-01-02", periods=60).astype("datetime64[s]")
NAMES = [f"{number:06}" for number in range(1, 11)]
OPTIONAL = ["amount", "turnover", "free_turnover", "float_cap", "total_cap"]


def clean_bars() -> pd.DataFrame:
    """Ten assets on sixty days, 600 sound rows; row i is asset i // 60 on day i % 60."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        [(name, day) for name in NAMES for day in DAYS], columns=["asset", "date"]
    ).astype({"date": "datetime64[s]"})
    steps = rng.normal(0, 0.01, (len(NAMES), len(DAYS)))
    close = np.round(20 * np.exp(steps.cumsum(axis=1)), 2).ravel()
    frame["open"] = close - 0.02
    frame["high"] = close + 0.1
    frame["low"] = close - 0.1
    frame["close"] = close
    frame["volume"] = rng.integers(1_000, 9_000, len(frame)).astype(float)
    frame["adj_factor"] = 1.0
    frame["amount"] = frame["volume"] * close
    frame["float_cap"] = close * 1e6
    frame["total_cap"] = close * 2e6
    frame["turnover"] = frame["volume"] / 1e6
    frame["free_turnover"] = frame["volume"] / 5e5
    frame["is_st"] = False
    frame["limit_up"] = close * 1.1
    return frame


def clean_market(**changed: pd.DataFrame) -> Market:
    """All nine tables without a fault."""
    weeks = DAYS[::5]
    tables = {
        "bars": clean_bars(),
        "assets": pd.DataFrame({"asset": NAMES, "industry": "x", "list_date": DAYS[0]}),
        "fundamentals": pd.DataFrame(
            {
                "asset": [name for name in NAMES for _ in range(20)],
                "announced": list(DAYS[40:60]) * 10,
                "period_end": list(DAYS[20:40]) * 10,
                "roe": 0.1,
                "total_shares": 2e6,
            }
        ),
        "valuation": pd.DataFrame(
            [(name, day, 20.0) for name in NAMES for day in weeks],
            columns=["asset", "date", "pe_ttm"],
        ),
        "forecasts": pd.DataFrame(
            [(name, day, 3e6, 0.2, -0.1) for name in NAMES for day in weeks],
            columns=["asset", "announced", "net_profit", "growth_long", "growth_short"],
        ),
        "index_levels": pd.DataFrame(
            {"index": "I", "date": DAYS, "open": 9.0, "high": 11.0, "low": 8.0, "close": 10.0}
        ),
        "index_members": pd.DataFrame(
            {"index": "I", "asset": NAMES, "start": DAYS[0], "end": pd.NaT}
        ),
        "index_weights": pd.DataFrame(
            [("I", day, name, 0.1) for day in weeks for name in NAMES],
            columns=["index", "date", "asset", "weight"],
        ),
        "risk_free": pd.DataFrame({"date": DAYS, "rate": 0.02}),
    }
    return Market(**(tables | changed))


def check(market: Market, **changes: Any) -> GateResult:
    return check_market(market, GateSettings(**changes), today=TODAY)


def with_cell(column: str, value: object, row: int = 61) -> Market:
    """The clean market with one cell of the bars changed."""
    bars = clean_bars()
    if isinstance(value, str):
        bars[column] = bars[column].astype("str")
    bars.loc[row, column] = value
    return clean_market(bars=bars)


def one(result: GateResult, rule: str) -> Finding:
    (finding,) = [each for each in result.findings if each.rule == rule]
    return finding


def test_a_clean_market_passes_untouched() -> None:
    market = clean_market()
    result = check(market)

    assert result.findings == ()
    assert len(result.quarantine) == 0
    for name, frame in market.tables().items():
        expected = frame.sort_values(list(TABLES[name].key), ignore_index=True)
        assert_frame_equal(result.market.tables()[name], expected, check_dtype=False)


QUARANTINED = [
    ("asset", "", "missing_key", "nan"),
    ("date", "2020-02-30", "unparsable_date", "2020-02-30"),
    ("date", "2020-01-03T00:00+08:00", "date_with_time_zone", "2020-01-03T00:00+08:00"),
    ("date", "", "missing_date", ""),
    ("date", pd.Timestamp("2021-01-01"), "future_date", "2021-01-01"),
    ("open", 0.0, "not_positive", "0"),
    ("close", -1.0, "not_positive", "-1"),
    ("high", np.inf, "infinite_value", "inf"),
    ("low", np.nan, "missing_value", "nan"),
    ("open", 25.0, "outside_day_range", "25"),
    ("close", 15.0, "outside_day_range", "15"),
    ("adj_factor", 0.0, "not_positive", "0"),
    ("adj_factor", -2.0, "not_positive", "-2"),
    ("adj_factor", np.inf, "infinite_value", "inf"),
    ("adj_factor", np.nan, "missing_value", "nan"),
    ("volume", -5.0, "negative", "-5"),
    ("volume", np.nan, "missing_value", "nan"),
    ("volume", -np.inf, "infinite_value", "-inf"),
]


@pytest.mark.parametrize(("column", "value", "rule", "text"), QUARANTINED)
def test_a_faulty_key_date_price_factor_or_volume_quarantines_the_row(
    column: str, value: object, rule: str, text: str
) -> None:
    market = with_cell(column, np.nan if value == "" and column == "asset" else value)

    result = check(market)

    assert result.quarantine[["table", "row", "rule", "column", "value"]].to_numpy().tolist() == [
        ["bars", 62, rule, column, text]
    ]
    expected = clean_bars().drop(index=61).reset_index(drop=True)
    assert_frame_equal(result.market.bars, expected)
    finding = one(result, rule)
    assert (finding.table, finding.action, finding.count) == ("bars", "quarantined", 1)
    assert finding.share == pytest.approx(1 / 600)


def test_a_finding_names_the_row_as_its_user_would_look_it_up() -> None:
    assert one(check(with_cell("close", -1.5)), "not_positive").examples == (
        "row 62: 000002 2020-01-03 close=-1.5",
    )


def test_a_finding_can_be_written_as_json() -> None:
    record = one(check(with_cell("volume", -5.0)), "negative").as_record()
    assert json.loads(json.dumps(record)) == {
        "table": "bars",
        "rule": "negative",
        "column": "volume",
        "action": "quarantined",
        "count": 1,
        "share": 1 / 600,
        "examples": ["row 62: 000002 2020-01-03 volume=-5"],
    }


def test_high_below_low_is_one_fault_and_not_three() -> None:
    bars = clean_bars()
    bars.loc[61, ["high", "low"]] = [19.0, 21.0]
    quarantine = check(clean_market(bars=bars)).quarantine
    assert quarantine[["rule", "column", "value"]].to_numpy().tolist() == [
        ["high_below_low", "high", "19 (low 21)"]
    ]


def test_open_and_close_may_leave_the_range_by_one_tick() -> None:
    bars = clean_bars().astype(dict.fromkeys(["open", "high", "low", "close"], "float32"))
    bars["open"] = (bars["high"] + 0.01).astype("float32")
    market = clean_market(bars=bars)
    assert len(check(market).quarantine) == 0
    with pytest.raises(MarketDataError, match=r"outside_day_range \(open\) 600"):
        check(market, tick=0.001)


def test_a_row_stands_in_quarantine_once_for_each_rule_it_breaks() -> None:
    bars = clean_bars()
    bars.loc[61, ["open", "adj_factor"]] = [0.0, np.inf]
    result = check(clean_market(bars=bars))
    assert result.quarantine[["row", "rule", "column"]].to_numpy().tolist() == [
        [62, "not_positive", "open"],
        [62, "infinite_value", "adj_factor"],
    ]
    assert len(result.market.bars) == 599


def test_the_first_sound_row_of_a_key_is_kept() -> None:
    bars = clean_bars()
    faulty, equal, other = bars.loc[[5]].copy(), bars.loc[[7]], bars.loc[[9]].copy()
    faulty["close"] = -1.0
    other["volume"] = 1.0
    result = check(clean_market(bars=pd.concat([faulty, bars, equal, other])))

    assert result.quarantine[["row", "rule", "value"]].to_numpy().tolist() == [
        [1, "not_positive", "-1"],
        [602, "duplicate_key", "equal to an earlier row"],
        [603, "duplicate_key", "differs from an earlier row"],
    ]
    assert_frame_equal(result.market.bars, clean_bars())


@pytest.mark.parametrize("column", [*OPTIONAL, "limit_up"])
@pytest.mark.parametrize("value", [0.0, -1.0, np.inf])
def test_a_faulty_optional_cell_is_blanked(column: str, value: float) -> None:
    result = check(with_cell(column, value))

    assert len(result.quarantine) == 0
    expected = clean_bars()
    expected.loc[61, column] = np.nan
    assert_frame_equal(result.market.bars, expected)
    finding = one(result, "infinite_value" if np.isinf(value) else "not_positive")
    assert (finding.column, finding.action, finding.count) == (column, "blanked", 1)


@pytest.mark.parametrize(("factor", "blanked"), [(1.0019, 0), (1.0021, 1), (0.9979, 1)])
def test_an_amount_with_an_impossible_vwap_is_blanked(factor: float, blanked: int) -> None:
    bars = clean_bars()
    prices = ["open", "high", "low", "close"]
    bars.loc[61, prices] = 20.0
    bars.loc[61, "amount"] = bars.loc[61, "volume"] * 20.0 * factor
    result = check(clean_market(bars=bars))
    assert result.market.bars["amount"].isna().sum() == blanked
    assert [each.count for each in result.findings if each.rule == "vwap_outside_day_range"] == [
        1
    ] * blanked


def test_cheap_shares_may_round_their_vwap_by_one_tick() -> None:
    bars = clean_bars()
    bars.loc[61, ["open", "high", "low", "close", "float_cap"]] = [1.0, 1.0, 1.0, 1.0, 1e6]
    bars.loc[61, "amount"] = bars.loc[61, "volume"] * 1.009
    assert check(clean_market(bars=bars)).market.bars["amount"].notna().all()


def test_a_missing_flag_counts_as_false_and_is_named() -> None:
    bars = clean_bars()
    bars["is_st"] = bars["is_st"].astype("boolean")
    bars.loc[61, "is_st"] = pd.NA
    result = check(clean_market(bars=bars))
    assert result.market.bars["is_st"].dtype == bool
    assert one(result, "missing_flag").action == "listed"


OTHER_TABLES = [
    ("fundamentals", "announced", "2019-12-31", "announced_before_period_end"),
    ("fundamentals", "announced", "2021-02-01", "future_date"),
    ("fundamentals", "asset", "999999", "unknown_asset"),
    ("valuation", "asset", "999999", "unknown_asset"),
    ("forecasts", "announced", "2021-02-01", "future_date"),
    ("forecasts", "asset", "999999", "unknown_asset"),
    ("index_levels", "close", 0.0, "not_positive"),
    ("index_levels", "close", 12.0, "outside_day_range"),
    ("index_members", "end", "2019-01-01", "ends_before_start"),
    ("index_weights", "asset", "return", "unknown_asset"),
    ("index_weights", "weight", np.nan, "missing_value"),
    ("index_weights", "weight", -0.1, "negative"),
    ("risk_free", "rate", np.inf, "infinite_value"),
    ("assets", "asset", NAMES[0], "duplicate_key"),
]


@pytest.mark.parametrize(("table", "column", "value", "rule"), OTHER_TABLES)
def test_the_other_tables_are_checked_too(
    table: str, column: str, value: object, rule: str
) -> None:
    frame = clean_market().tables()[table].copy()
    frame.loc[3, column] = pd.Timestamp(value) if column in ("announced", "end") else value

    result = check(clean_market(**{table: frame}), max_quarantine_share=0.1)

    assert result.quarantine[["table", "row", "rule"]].to_numpy().tolist() == [[table, 4, rule]]
    assert len(result.market.tables()[table]) == len(frame) - 1


def test_the_quarantine_has_the_same_columns_and_types_for_every_table() -> None:
    market = clean_market()
    assets = pd.concat([market.assets, market.assets[:1]])
    rates = market.risk_free.copy()
    rates.loc[0, "rate"] = np.nan
    result = check(clean_market(assets=assets, risk_free=rates), max_quarantine_share=0.1)
    empty = check(market).quarantine
    assert result.quarantine.dtypes.equals(empty.dtypes)
    assert result.quarantine["asset"].tolist()[0] == NAMES[0]
    assert result.quarantine["asset"].isna().tolist() == [False, True]
    assert result.quarantine["date"].isna().tolist() == [True, False]


def test_infinite_fundamentals_and_valuations_are_blanked() -> None:
    market = clean_market()
    fundamentals, valuation = market.fundamentals.copy(), market.valuation.copy()
    fundamentals.loc[0, "roe"] = np.inf
    fundamentals.loc[1, "total_shares"] = 0.0
    valuation.loc[2, "pe_ttm"] = -np.inf
    result = check(clean_market(fundamentals=fundamentals, valuation=valuation))
    assert [(each.table, each.rule, each.column, each.count) for each in result.findings] == [
        ("fundamentals", "infinite_value", "roe", 1),
        ("fundamentals", "not_positive", "total_shares", 1),
        ("valuation", "infinite_value", "pe_ttm", 1),
    ]


def test_a_faulty_listing_date_is_blanked() -> None:
    assets = clean_market().assets.copy()
    assets["list_date"] = ["2020-01-02"] * 9 + ["unknown"]
    result = check(clean_market(assets=assets))
    assert result.market.assets["list_date"].isna().sum() == 1
    assert one(result, "unparsable_date").action == "blanked"


def test_too_many_faulty_rows_stop_with_counts_and_examples() -> None:
    bars = clean_bars()
    bars.loc[10:15, "close"] = 0.0
    bars.loc[15, "volume"] = -1.0
    assert len(check(clean_market(bars=bars)).quarantine) == 7
    bars.loc[16, "adj_factor"] = np.inf
    with pytest.raises(MarketDataError) as stop:
        check(clean_market(bars=bars))
    assert str(stop.value) == (
        "bars: 7 of 600 rows (1.17%) are faulty, more than gate.max_quarantine_share = 1.00% "
        "allows. By rule: not_positive (close) 6, negative (volume) 1, "
        "infinite_value (adj_factor) 1. First: row 11: 000001 2020-01-16 close=0; "
        "row 12: 000001 2020-01-17 close=0; row 13: 000001 2020-01-20 close=0. "
        "Repair the file, or raise gate.max_quarantine_share"
    )
    assert len(check(clean_market(bars=bars), max_quarantine_share=0.02).market.bars) == 593


def test_a_column_with_a_time_zone_stops() -> None:
    bars = clean_bars()
    bars["date"] = bars["date"].dt.tz_localize("Asia/Shanghai")
    with pytest.raises(MarketDataError, match=r"date_with_time_zone \(date\) 600\. First: row 1:"):
        check(clean_market(bars=bars))


def test_a_table_about_more_assets_than_the_bars_does_not_stop() -> None:
    market = clean_market()
    bars = market.bars[market.bars["asset"] < NAMES[5]]
    result = check(Market(bars=bars, valuation=market.valuation))
    assert one(result, "unknown_asset").count == 60
    assert set(result.market.valuation["asset"]) == set(NAMES[:5])


def test_codes_written_otherwise_than_in_the_bars_stop() -> None:
    market = clean_market()
    valuation = market.valuation.assign(asset=market.valuation["asset"] + ".SZ")
    with pytest.raises(MarketDataError) as stop:
        check(Market(bars=market.bars, valuation=valuation))
    assert str(stop.value) == (
        "valuation: no row is left after unknown_asset (asset). First: row 1: 000001.SZ "
        "2020-01-02 asset=000001.SZ; row 2: 000001.SZ 2020-01-09 asset=000001.SZ; "
        "row 3: 000001.SZ 2020-01-16 asset=000001.SZ. Are the codes written as in bars?"
    )


def test_a_table_in_memory_must_have_the_right_shape() -> None:
    with pytest.raises(MarketDataError) as stop:
        check(Market(bars=clean_bars().drop(columns=["close", "volume"])))
    assert str(stop.value).startswith("bars: required columns 'close', 'volume' missing; found: ")
    bars = clean_bars().astype({"close": object})
    bars.loc[4, "close"] = "ten"
    with pytest.raises(MarketDataError) as stop:
        check(Market(bars=bars))
    assert str(stop.value) == "bars: column 'close' must hold numbers, but row 5 holds 'ten'"
    with pytest.raises(MarketDataError, match=r"^bars has no rows$"):
        check(Market(bars=clean_bars().head(0)))


def test_misspelt_or_impossible_settings_are_refused() -> None:
    with pytest.raises(ValidationError, match="max_quarantine"):
        GateSettings(max_quarantine=0.1)  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        GateSettings(max_quarantine_share=2)


def test_the_market_that_came_in_is_not_changed() -> None:
    bars = clean_bars().sample(frac=1, random_state=0)
    bars.iloc[0, bars.columns.get_loc("amount")] = -1.0
    market = clean_market(bars=bars)
    before = bars.copy()
    check(market)
    assert_frame_equal(market.bars, before)


DIRT = st.tuples(
    st.integers(0, 599),
    st.sampled_from(["open", "high", "low", "close", "volume", "adj_factor", *OPTIONAL]),
    st.sampled_from([0.0, -1.0, np.inf, -np.inf, np.nan, 1e-3, 1e9]),
)


@settings(max_examples=15, deadline=None)
@given(dirt=st.lists(DIRT, max_size=12), shuffle=st.booleans())
def test_what_passed_passes_again_unchanged(
    dirt: list[tuple[int, str, float]], shuffle: bool
) -> None:
    bars = clean_bars()
    for row, column, value in dirt:
        bars.loc[row, column] = value
    bars = pd.concat([bars, bars.iloc[:3]])
    bars = bars.sample(frac=1, random_state=0) if shuffle else bars

    once = check(Market(bars=bars), max_quarantine_share=0.5)
    twice = check(once.market, max_quarantine_share=0)

    assert len(twice.quarantine) == 0
    assert {each.action for each in twice.findings} <= {"listed"}
    assert_frame_equal(twice.market.bars, once.market.bars)
    rejected = once.quarantine["row"].nunique()
    assert len(once.market.bars) + rejected == len(bars)
