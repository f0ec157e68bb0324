"""Fits of the support vector regressions, out of the job records."""

from __future__ import annotations

from deep_alpha.evaluation.support_vectors import COLUMNS, support_vector_table


def record(model, fold, horizon=5, **notes):
    summary = {
        "rows": 100,
        "solver": "libsvm",
        "gap": 1e-6,
        "support_share": 0.8,
        "degenerate": False,
        "seconds": 1.5,
        "objective": 12.0,
    } | notes
    return {
        "model": model,
        "fold": fold,
        "seed": 0,
        "horizon": horizon,
        "fit": {
            "seconds": 9.0,
            "train_samples": 4_000_000,
            "valid": {"ic": 0.5},
            "summary": summary,
        },
    }


RECORDS = [
    record("ridge", "2020-01", rows=1),
    record("svr", "2020-01"),
    record("svr", "2020-07", solver="interior point", rows=3_000_000),
    record("svr", "live"),
    record("svr", "2020-01", horizon=10, rows=7),
    record("svr_raw", "2020-01", gap=None, support_share=0.0, degenerate=True),
]


def test_each_fit_of_the_horizon_has_a_row():
    table = support_vector_table(RECORDS, ("svr", "svr_raw"), 5)
    assert tuple(table.columns) == COLUMNS
    places = table[["model", "fold"]].to_numpy().tolist()
    assert places == [
        ["svr", "2020-01"],
        ["svr", "2020-07"],
        ["svr", "live"],
        ["svr_raw", "2020-01"],
    ]
    assert table["rows"].tolist() == [100, 3_000_000, 100, 100]
    assert (table["train_rows"] == 4_000_000).all()


def test_seconds_are_the_solver_s_and_a_constant_is_named():
    constant = support_vector_table(RECORDS, ("svr_raw",), 5).iloc[0]
    assert constant["seconds"] == 1.5
    assert constant["degenerate"]
    assert constant["gap"] is None
    assert constant["support_share"] == 0.0


def test_without_a_fit_the_columns_are_there():
    assert tuple(support_vector_table([], ("svr",), 5).columns) == COLUMNS
