from __future__ import annotations

import math

from deep_alpha.reporting.records import Metrics

from .fake import record


def test_a_value_is_found_by_table_row_column_basis_and_horizon() -> None:
    metrics = Metrics(
        [
            record("ic", "mlp", "rank_ic", 0.05),
            record("ic", "mlp", "rank_ic", 0.04, "year 2019"),
            record("ic", "mlp", "rank_ic", 0.03, horizon=10),
        ],
        horizon=5,
    )
    assert metrics.value("ic", "mlp", "rank_ic") == 0.05
    assert metrics.value("ic", "mlp", "rank_ic", "year 2019") == 0.04
    assert metrics.value("ic", "mlp", "rank_ic", horizon=10) == 0.03
    assert metrics.bases("ic", "year ") == ["year 2019"]
    assert metrics.horizons("ic") == [5, 10]


def test_what_was_not_recorded_is_nan() -> None:
    metrics = Metrics([record("ic", "mlp", "rank_ic", math.nan)], horizon=5)
    assert math.isnan(metrics.value("ic", "mlp", "rank_ic"))
    assert math.isnan(metrics.value("ic", "cnn", "rank_ic"))


def test_a_record_without_horizon_serves_every_horizon() -> None:
    metrics = Metrics([record("fit", "mlp", "seconds", 3.0) | {"horizon": None}], horizon=5)
    assert metrics.value("fit", "mlp", "seconds") == 3.0


def test_of_two_records_the_later_holds_and_spaces_do_not_matter() -> None:
    first = record("portfolio", "mlp", "sharpe", 1.0, "top/gross")
    second = record("portfolio", "mlp", "sharpe", 2.0, "top / gross")
    assert Metrics([first, second], 5).value("portfolio", "mlp", "sharpe", "top / gross") == 2.0


def test_constant_scores_are_told_by_their_record() -> None:
    metrics = Metrics([record("ic", "svr", "degenerate", 1)], horizon=5)
    assert metrics.degenerate("svr")
    assert not metrics.degenerate("mlp")
