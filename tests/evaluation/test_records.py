"""Metric records: one number each, and None where there is no number."""

import numpy as np
import pytest

from deep_alpha.evaluation.records import lookup, records_of

CELL = {"paper": "000", "table": "ic", "row": "mlp", "horizon": 5, "basis": "all"}


def test_one_record_for_each_column():
    assert records_of({"rank_ic": 0.05, "days": 120}, n=120, sd={"rank_ic": 0.01}, **CELL) == [
        {**CELL, "column": "rank_ic", "value": 0.05, "sd": 0.01, "n": 120},
        {**CELL, "column": "days", "value": 120.0, "sd": None, "n": 120},
    ]


@pytest.mark.parametrize("value", [None, np.nan, np.inf, -np.inf, np.float32("nan")])
def test_what_is_no_number_becomes_none(value):
    (record,) = records_of({"rank_ic": value}, sd={"rank_ic": np.nan}, **CELL)
    assert record["value"] is None
    assert record["sd"] is None


def test_values_are_plain_floats():
    (record,) = records_of({"rank_ic": np.float32(0.5)}, **CELL)
    assert type(record["value"]) is float


def test_lookup_finds_the_first_record_of_a_cell():
    records = [
        *records_of({"rank_ic": 0.05}, **CELL),
        *records_of({"rank_ic": 0.02}, **{**CELL, "basis": "year 2020"}),
        *records_of({"rank_ic": None}, **{**CELL, "row": "ridge"}),
    ]
    assert lookup(records, "ic", "mlp", "rank_ic") == 0.05
    assert lookup(records, "ic", "mlp", "rank_ic", basis="year 2020") == 0.02
    assert lookup(records, "ic", "mlp", "rank_ic", basis="year 2020", horizon=10) is None
    assert lookup(records, "ic", "ridge", "rank_ic") is None
    assert lookup(records, "ic", "cnn", "rank_ic") is None
