"""The scenario MLP: one network, three tasks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from sklearn.metrics import brier_score_loss, roc_auc_score

from deep_alpha.models.contract import FitContext, Fitted
from deep_alpha.models.mlp import MLP
from deep_alpha.models.scenario_mlp import ScenarioMLP, ScenarioMLPConfig, up_logits
from tests.models.planted import planted_rows

FAST = {"max_epochs": 12, "batch_size": 256, "learning_rate": 5e-3}
CLASSIFIER = {"task": "classification", "clip": "none", "y_scale": "raw"}
HYBRID, REGRESSION = {"task": "hybrid"}, {"task": "regression"}
TRAIN, VALID, TEST = (planted_rows(30, seed) for seed in (1, 2, 3))


def fit(config, train=TRAIN, seed=0, model=None):
    return (model or ScenarioMLP()).fit(train, VALID, FAST | config, seed, FitContext())


def is_up(samples):
    return samples.forward_return > 0


@pytest.mark.parametrize("config", [CLASSIFIER, HYBRID, REGRESSION])
def test_every_task_learns_what_is_planted(config):
    fitted = fit(config)
    assert isinstance(fitted, Fitted)
    scores = fitted.predict(TEST)
    assert roc_auc_score(is_up(TEST), scores) > 0.75
    assert np.corrcoef(scores, TEST.forward_return)[0, 1] > 0.4


def test_the_score_of_a_classifier_is_a_logit():
    probability = 1.0 / (1.0 + np.exp(-fit(CLASSIFIER).predict(TEST)))
    assert brier_score_loss(is_up(TEST), probability) < 0.2
    for low, high in ((0.1, 0.4), (0.4, 0.6), (0.6, 0.9)):
        inside = (probability > low) & (probability < high)
        assert is_up(TEST)[inside].mean() == pytest.approx(probability[inside].mean(), abs=0.07)


def test_a_classifier_stops_on_the_root_of_its_brier_score():
    fitted = fit(CLASSIFIER)
    probability = 1.0 / (1.0 + np.exp(-fitted.predict(VALID).astype(np.float64)))
    expected = np.sqrt(brier_score_loss(is_up(VALID), probability))
    assert fitted.summary()["best_value"] == pytest.approx(expected, rel=1e-6)


def test_a_classifier_sees_the_label_alone():
    sizes = np.where(is_up(TRAIN), 1.0, -1.0).astype(np.float32)
    labels_only = replace(TRAIN, forward_return=sizes)
    np.testing.assert_array_equal(
        fit(CLASSIFIER).predict(TEST), fit(CLASSIFIER, labels_only).predict(TEST)
    )


def test_a_regression_is_the_mlp_fitted_to_the_squared_error():
    plain = {"target": "return", "clip": "train", "label_up": "sign", "stop_on": "rmse"}
    ours = fit(REGRESSION).predict(TEST)
    np.testing.assert_array_equal(ours, fit(plain | {"loss": "mse"}, model=MLP()).predict(TEST))


def test_a_hybrid_is_the_paper_s_dual_task_mlp():
    plain = {"target": "return", "clip": "train", "label_up": "sign", "stop_on": "rmse"}
    ours = fit(HYBRID).predict(TEST)
    np.testing.assert_array_equal(ours, fit(plain, model=MLP()).predict(TEST))


def test_the_class_head_of_a_hybrid_can_be_asked_after_loading(tmp_path):
    fitted = fit(HYBRID)
    fitted.save(tmp_path)
    loaded = ScenarioMLP().load(tmp_path)
    np.testing.assert_array_equal(loaded.predict(TEST), fitted.predict(TEST))
    logits = up_logits(loaded, TEST)
    assert logits.shape == (len(TEST),)
    assert roc_auc_score(is_up(TEST), logits) > 0.75
    assert not np.array_equal(logits, loaded.predict(TEST))
    probability = 1.0 / (1.0 + np.exp(-logits))
    assert brier_score_loss(is_up(TEST), probability) < 0.2


@pytest.mark.parametrize(("config", "heads"), [(CLASSIFIER, 1), (HYBRID, 2), (REGRESSION, 1)])
def test_the_network_has_the_heads_of_its_task(config, heads):
    settings = ScenarioMLPConfig.model_validate(config)
    network = ScenarioMLP().build(20, settings, torch.Generator()).eval()
    assert network(torch.zeros(3, 20)).shape == (3, heads)


def test_equal_seeds_give_equal_bits_and_others_do_not():
    first, again, other = (fit(CLASSIFIER, seed=seed).predict(TEST) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "Field required"),
        ({"task": "ranking"}, "Input should be 'classification', 'hybrid' or 'regression'"),
        ({"task": "hybrid", "loss": "mse"}, "Input should be 'dual'"),
        (
            {"task": "classification"},
            "task=classification fits whether the label is above 0 and no return: it needs "
            "clip=none, y_scale=raw",
        ),
        (CLASSIFIER | {"stop_on": "ic"}, "it needs stop_on=rmse"),
        (CLASSIFIER | {"label_up": "above_median"}, "it needs label_up=sign"),
    ],
)
def test_wrong_settings_fail_before_anything_runs(config, message):
    with pytest.raises(ValidationError, match=message):
        fit(config)
