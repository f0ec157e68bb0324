"""What the fits said of themselves, averaged."""

import pandas as pd
import pytest

from deep_alpha.evaluation.fit_records import fit_records, training_history
from deep_alpha.evaluation.records import lookup


def record(model="mlp", seed=0, horizon=5, ic=0.05, seconds=2.0, **summary):
    return {
        "model": model,
        "fold": "2020-01",
        "seed": seed,
        "horizon": horizon,
        "fit": {"valid": {"ic": ic}, "seconds": seconds, "train_samples": 100, "summary": summary},
    }


def test_means_over_folds_and_seeds():
    records = fit_records(
        [record(ic=0.02, best_epoch=3), record(seed=1, ic=0.04, seconds=4.0, best_epoch=6)], "000"
    )
    assert [entry["column"] for entry in records] == [
        "valid_ic",
        "seconds",
        "train_samples",
        "best_epoch",
    ]
    found = [lookup(records, "fit", "mlp", name) for name in ("valid_ic", "seconds", "best_epoch")]
    assert found == pytest.approx([0.03, 3.0, 4.5])
    assert {entry["n"] for entry in records} == {2}
    assert {entry["basis"] for entry in records} == {"mean over folds and seeds"}


def test_models_and_horizons_apart():
    records = fit_records(
        [record(ic=0.01), record(horizon=10, ic=0.02), record("ridge", ic=0.03)], "000"
    )
    assert lookup(records, "fit", "mlp", "valid_ic", horizon=5) == 0.01
    assert lookup(records, "fit", "mlp", "valid_ic", horizon=10) == 0.02
    assert lookup(records, "fit", "ridge", "valid_ic") == 0.03


def test_what_no_fit_knows_is_none_and_what_some_know_is_their_mean():
    records = fit_records([record(ic=None), record(ic=0.04)], "000")
    assert lookup(records, "fit", "mlp", "best_epoch") is None
    assert lookup(records, "fit", "mlp", "valid_ic") == 0.04


def test_the_history_has_one_row_for_each_epoch_of_the_horizon():
    epochs = [
        {"epoch": 0, "loss": 1.0, "ic": 0.01, "learning_rate": 0.1},
        {"epoch": 1, "loss": 0.5, "ic": 0.02, "learning_rate": 0.1},
    ]
    records = [
        record(history=epochs),
        record(seed=1, history=epochs[:1]),
        record("ridge"),
        record(horizon=10, history=epochs),
    ]
    expected = pd.DataFrame(
        {
            "model": "mlp",
            "fold": "2020-01",
            "seed": [0, 0, 1],
            "epoch": [0, 1, 0],
            "train_loss": [1.0, 0.5, 1.0],
            "valid_ic": [0.01, 0.02, 0.01],
            "learning_rate": 0.1,
        }
    )
    pd.testing.assert_frame_equal(training_history(records, 5), expected)


def test_models_without_epochs_have_no_history():
    assert training_history([record("ridge")], 5).empty


def test_the_live_fold_s_validation_is_not_looked_at():
    def record(fold, ic):
        summary = {"best_epoch": 1, "history": [{"epoch": 0, "ic": ic}]}
        fit = {"valid": {"ic": ic}, "seconds": 1.0, "train_samples": 10, "summary": summary}
        return {"model": "m", "horizon": 5, "fold": fold, "seed": 0, "fit": fit}

    records = [record("2020-01", 0.1), record("live", 0.9)]
    (valid,) = [row for row in fit_records(records, "000") if row["column"] == "valid_ic"]
    assert valid["value"] == 0.1
    assert set(training_history(records, 5)["fold"]) == {"2020-01"}
