"""The tree yardstick: early stopping on IC, storage, and what it may not see."""

import json
from dataclasses import replace

import numpy as np
import pytest
import xgboost
from pydantic import ValidationError

from deep_alpha.models.contract import FitContext, Fitted
from deep_alpha.models.xgb import XGBoostModel
from tests.models.days import mean_rank_ic, planted

SMALL = {"max_rounds": 12, "min_child_weight": 5, "max_depth": 3, "learning_rate": 0.3}


def fit(train=None, valid=None, seed=0, **config):
    train = planted(seed=1) if train is None else train
    valid = planted(seed=2) if valid is None else valid
    return XGBoostModel().fit(train, valid, SMALL | config, seed, FitContext())


def trees(fitted):
    return fitted.booster.get_dump(dump_format="json")


def test_learns_what_is_planted():
    fitted, fresh = fit(planted(seed=1, days=80)), planted(seed=3)
    scores = fitted.predict(fresh)
    assert isinstance(fitted, Fitted)
    assert scores.shape == (len(fresh),)
    assert scores.dtype == np.float32
    assert mean_rank_ic(scores, fresh) > 0.4


def test_learns_what_a_linear_model_can_not():
    def products(seed):
        samples = planted(seed=seed, days=80, slopes=np.zeros(5), noise=0.5)
        signal = 0.02 * samples.features[:, 0] * samples.features[:, 1]
        return replace(samples, forward_return=samples.forward_return + signal)

    fresh = products(seed=3)
    assert mean_rank_ic(fit(products(1), products(2), max_rounds=60).predict(fresh), fresh) > 0.4


def test_keeps_the_round_with_the_best_validation_ic():
    train, valid = planted(seed=1, days=8, noise=4.0), planted(seed=2, noise=4.0)
    fitted = fit(train, valid, max_rounds=40, patience=40)
    kept = fitted.booster.num_boosted_rounds()
    assert 1 < kept < 40
    assert fitted.summary() == {
        "trees": kept,
        "metric": "ic",
        "best": pytest.approx(mean_rank_ic(fitted.predict(valid), valid), abs=1e-5),
    }
    # With fewer or more rounds to choose from, no better one is found.
    for rounds in (kept - 1, kept + 10):
        assert fit(train, valid, max_rounds=rounds, patience=40).notes["best"] <= (
            fitted.notes["best"] + 1e-12
        )


def test_predicts_with_the_kept_trees_only():
    train, valid = planted(seed=1, days=8, noise=4.0), planted(seed=2, noise=4.0)
    stopped = fit(train, valid, max_rounds=40, patience=40)
    kept = stopped.booster.num_boosted_rounds()
    exact = fit(train, valid, max_rounds=kept, patience=40)
    assert len(trees(stopped)) == kept
    assert trees(stopped) == trees(exact)
    np.testing.assert_array_equal(stopped.predict(valid), exact.predict(valid))


def test_stops_after_rounds_without_a_better_metric(monkeypatch):
    rounds = []
    original = xgboost.callback.EarlyStopping.after_iteration

    def counted(self, model, epoch, evals_log):
        rounds.append(epoch)
        return original(self, model, epoch, evals_log)

    monkeypatch.setattr(xgboost.callback.EarlyStopping, "after_iteration", counted)
    fitted = fit(planted(seed=1, days=8, noise=4.0), max_rounds=200, patience=3)
    assert len(rounds) == fitted.notes["trees"] + 3


def test_can_stop_on_the_error_instead():
    fitted = fit(stop_on="rmse")
    assert fitted.notes["metric"] == "rmse"
    assert 0.5 < fitted.notes["best"] < 1.0


def test_first_trees_do_not_see_validation():
    train, valid = planted(seed=1), planted(seed=2)
    shuffled = replace(valid, forward_return=valid.forward_return[::-1].copy())
    one, other = (trees(fit(train, known, patience=1000)) for known in (valid, shuffled))
    shared = min(len(one), len(other))
    assert shared >= 1
    assert one[:shared] == other[:shared]


def test_validation_features_do_not_move_the_histogram():
    train, valid = planted(seed=1), planted(seed=2)
    wild = replace(valid, features=(valid.features * 1000).astype(np.float32))
    one, other = (trees(fit(train, known, patience=1000)) for known in (valid, wild))
    shared = min(len(one), len(other))
    assert one[:shared] == other[:shared]


def test_the_seed_decides_the_subsample():
    assert trees(fit(seed=0)) == trees(fit(seed=0))
    assert trees(fit(seed=0)) != trees(fit(seed=1))


def test_what_is_saved_predicts_the_same_bits_and_keeps_its_notes(tmp_path):
    valid = planted(seed=2)
    fitted = fit(valid=valid)
    fitted.save(tmp_path)
    stored = XGBoostModel().load(tmp_path)
    np.testing.assert_array_equal(stored.predict(valid), fitted.predict(valid))
    assert stored.summary() == fitted.summary()
    assert isinstance(stored.summary()["trees"], int)
    assert isinstance(stored.summary()["best"], float)


def test_the_only_file_is_json(tmp_path):
    fit().save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["trees.json"]
    assert "learner" in json.loads((tmp_path / "trees.json").read_text())


@pytest.mark.parametrize("config", [{"max_deph": 3}, {"subsample": 0}, {"bins": 4}])
def test_wrong_settings(config):
    with pytest.raises(ValidationError):
        fit(**config)
