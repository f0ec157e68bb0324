"""The gate finds what is known to be wrong in the real data."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from deep_alpha.market import GateResult, PriceLimitRule, check_market, read_market

REAL = Path(os.environ.get("DEEP_ALPHA_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
MAIN_BOARD = [PriceLimitRule(board="main", assets=r"(00|60)\d{4}", limit=0.1, st_limit=0.05)]

ASHARE = {
    ("bars", "not_positive", "amount"): ("blanked", 20, 20),
    ("bars", "not_positive", "turnover"): ("blanked", 498, 498),
    ("bars", "vwap_outside_day_range", "amount"): ("blanked", 4_200, 4_900),
    ("bars", "missing_value", "total_cap"): ("listed", 35_193, 35_193),
    ("bars", "factor_jump_without_price_move", "adj_factor"): ("listed", 4, 8),
    ("bars", "falling_factor", "adj_factor"): ("listed", 1, 1),
    ("bars", "long_gap", "date"): ("listed", 1_500, 2_500),
    ("bars", "turnover_against_float_cap", "turnover"): ("listed", 30_000, 45_000),
    ("bars", "close_beyond_limit", "close"): ("listed", 1, 20),
    ("bars", "special_treatment_not_flagged", "is_st"): ("listed", 900, 1_800),
    ("assets", "asset_without_industry", "industry"): ("listed", 113, 113),
    ("index_weights", "unknown_asset", "asset"): ("quarantined", 14, 14),
    ("risk_free", "missing_value", "rate"): ("quarantined", 2, 2),
}
US = {
    ("bars", "not_positive", "close"): ("quarantined", 59, 59),
    ("bars", "infinite_value", "adj_factor"): ("quarantined", 59, 59),
    ("bars", "outside_day_range", "open"): ("quarantined", 2, 2),
    ("bars", "outside_day_range", "close"): ("quarantined", 1, 1),
    ("bars", "zero_volume", "volume"): ("listed", 350, 400),
    ("assets", "asset_without_industry", "industry"): ("listed", 8, 8),
}


def gate(name: str, rules: list[PriceLimitRule]) -> GateResult:
    folder = REAL / name
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}")
    return check_market(read_market(folder), today=date(2026, 11, 1), price_limits=rules)


def compare(result: GateResult, expected: dict[tuple[str, str, str], tuple[str, int, int]]) -> None:
    found = {(each.table, each.rule, each.column): each for each in result.findings}
    for key, (action, least, most) in expected.items():
        assert found[key].action == action, key
        assert least <= found[key].count <= most, (key, found[key].count)


@pytest.mark.real
@pytest.mark.slow
def test_the_known_faults_of_the_chinese_shares_are_found() -> None:
    result = gate("ashare", MAIN_BOARD)

    compare(result, ASHARE)
    found = {each.rule: each for each in result.findings}
    assert found["falling_factor"].examples == ("600401 2014-06-16: factor × 0.9245",)
    assert found["long_gap"].examples[1:] == (
        "000995 2020-12-16: 400 market days, then +315%",
        "000792 2021-08-10: 312 market days, then +306%",
    )
    assert set(result.quarantine["table"]) == {"index_members", "index_weights", "risk_free"}
    assert len(result.market.bars) == 6_209_550


@pytest.mark.real
def test_the_known_faults_of_the_american_shares_are_found() -> None:
    result = gate("us", [])

    compare(result, US)
    assert result.quarantine["row"].nunique() == 62
    assert len(result.market.bars) == 592_355 - 62
    again = check_market(result.market, today=date(2026, 11, 1))
    assert len(again.quarantine) == 0
