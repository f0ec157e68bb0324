"""Which features move a score: by the first layers' weights, and by gradients."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from deep_alpha.errors import ConfigurationError
from deep_alpha.explain.alphanet import importance
from deep_alpha.explain.alphanet.first_layers import first_layers
from deep_alpha.explain.alphanet.importance import (
    branch_weight_table,
    gradient_importance,
    importance_table,
    weight_importance,
)
from deep_alpha.factors.alphanet_columns import column_names, feature_columns
from deep_alpha.factors.alphanet_inputs import INPUT_SETS
from deep_alpha.models.alphanet.members import AlphaNetV4Model, V4Config
from deep_alpha.models.alphanet.model import FittedAlphaNet
from tests.explain.alphanet.fitted import few_test_rows, fitted


class Weighted(nn.Module):
    """A score that is a weighted sum of everything read."""

    def __init__(self, weights: np.ndarray) -> None:
        super().__init__()
        self.weights = torch.from_numpy(weights.astype(np.float32))

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        return (samples * self.weights).sum(dim=(1, 2))[:, None]


def with_network(fit: FittedAlphaNet, network: nn.Module) -> FittedAlphaNet:
    return FittedAlphaNet(network, {"feature_names": []}, fit.compute, fit.features, fit.config)


def test_the_bi_lstm_weighs_by_gates_directions_and_gamma():
    fit = fitted("V4")
    width = len(fit.features.columns)
    with torch.no_grad():
        fit.network.norm.weight.copy_(torch.linspace(-2, 2, 2 * width))
    own = dict(fit.network.recurrent.named_parameters())
    gamma = fit.network.norm.weight.detach().numpy()
    expected = np.zeros(width)
    for feature in range(width):
        for name in ("weight_ih_l0", "weight_ih_l0_reverse"):
            expected[feature] += np.abs(own[name].detach().numpy()[:, feature]).mean() / 2
        expected[feature] *= abs(gamma[feature])
    found = weight_importance(fit)
    np.testing.assert_allclose(found, expected / expected.sum(), rtol=1e-5)
    with torch.no_grad():
        fit.network.norm.weight[width:] = 100.0  # the other window's channels
        fit.network.encoders[0].first.project.weight.mul_(100.0)
    np.testing.assert_array_equal(weight_importance(fit), found)


@pytest.mark.parametrize(("name", "gates"), [("V2", 4), ("V3", 3)])
def test_a_last_state_network_weighs_by_its_first_branch(name, gates):
    fit = fitted(name)
    reader = fit.network.readers[0]
    with torch.no_grad():
        reader.norm.weight.mul_(torch.linspace(0.5, 1.5, 270))
    weights = reader.recurrent.weight_ih_l0.detach().numpy()
    assert weights.shape == (gates * reader.recurrent.hidden_size, 270)
    expected = np.abs(weights).mean(axis=0) * np.abs(reader.norm.weight.detach().numpy())
    np.testing.assert_allclose(weight_importance(fit), expected / expected.sum(), rtol=1e-5)


def test_v1_weighs_by_steps_and_pools_each_with_its_own_norm():
    fit = fitted("V1")
    pools, hidden = fit.network.pools[0], fit.network.head[0].weight
    with torch.no_grad():
        pools.norm.weight.mul_(torch.linspace(0.5, 1.5, 117))
        pools.pool_norm.weight.mul_(torch.linspace(3.0, 1.0, 351))
    gamma, pooled = (norm.weight.detach().numpy() for norm in (pools.norm, pools.pool_norm))
    weights = hidden.detach().numpy()
    expected = np.zeros(117)
    for feature in range(117):
        for unit in weights:
            for step in range(3):
                expected[feature] += abs(unit[step * 117 + feature] * gamma[feature])
            for pool in range(3):
                place = pool * 117 + feature
                expected[feature] += abs(unit[351 + place] * pooled[place])
    np.testing.assert_allclose(weight_importance(fit), expected / expected.sum(), rtol=1e-5)


def test_gradients_times_inputs_are_summed_over_steps_of_the_main_window():
    fit, rows = fitted("V4"), few_test_rows()
    windows = fit.features.of_windows(rows, fit.config.branches)
    count, steps, columns = windows.shape
    weights = np.random.default_rng(0).normal(size=(steps, columns))
    linear = with_network(fit, Weighted(weights))
    width = len(fit.features.columns)
    expected = np.zeros(width)
    for sample in range(count):
        for step in range(steps):
            expected += np.abs(windows[sample, step, :width] * weights[step, :width])
    np.testing.assert_allclose(
        gradient_importance(linear, rows), expected / expected.sum(), rtol=1e-5
    )


@pytest.mark.parametrize("name", ["V1", "V3", "V4"])
def test_gradients_are_those_of_the_network(name):
    """A small step along one feature moves the score as its gradient says."""
    fit, rows = fitted(name), few_test_rows(1)
    inputs = torch.from_numpy(fit.features.of_windows(rows, fit.config.branches)).double()
    network, moved = fit.network.double(), np.zeros(15)
    with torch.no_grad():
        for feature, step in np.ndindex(len(moved), inputs.shape[1]):
            shift = torch.zeros_like(inputs)
            shift[0, step, feature] = 1e-6
            slope = (network(inputs + shift) - network(inputs - shift)).item() / 2e-6
            moved[feature] += abs(slope * inputs[0, step, feature].item())
    found = gradient_importance(fitted(name), rows)[: len(moved)]
    np.testing.assert_allclose(found / found.sum(), moved / moved.sum(), atol=1e-4)


def test_how_many_samples_go_through_at_once_does_not_matter(monkeypatch):
    fit, rows = fitted("V4"), few_test_rows()
    whole = gradient_importance(fit, rows)
    monkeypatch.setattr(importance, "_SAMPLES_AT_ONCE", 7)
    np.testing.assert_allclose(gradient_importance(fit, rows), whole, rtol=1e-5)


def test_the_mean_over_seeds_counts_a_dropped_feature_as_nothing():
    fits, rows = [fitted("V4", seed) for seed in (0, 1)], few_test_rows()
    kept = [set(fit.features.names) for fit in fits]
    assert kept[0] != kept[1]
    table = importance_table(fits, rows).set_index("feature")
    assert set(table.index) == kept[0] | kept[1]
    assert table[["weight", "gradient"]].sum().tolist() == pytest.approx([1.0, 1.0])
    assert table.index.tolist() == canonical(table.index)
    by_fit = [dict(zip(fit.features.names, weight_importance(fit), strict=True)) for fit in fits]
    for name in table.index:
        mean = (by_fit[0].get(name, 0.0) + by_fit[1].get(name, 0.0)) / 2
        assert table.loc[name, "weight"] == pytest.approx(mean)
        assert table.loc[name, "operator"] == name.partition("(")[0]


def canonical(names) -> list[str]:
    """Names of the paper's features in the order of all 208."""
    inputs = INPUT_SETS["paper13"]
    return [name for name in column_names(feature_columns(inputs), inputs) if name in set(names)]


def test_weights_of_several_fits_are_a_mean_of_those_that_keep_the_feature():
    fits = [fitted("V4", seed) for seed in (0, 1)]
    both = branch_weight_table(fits).set_index(["window", "feature"])["mean_abs"]
    alone = [
        branch_weight_table([fit]).set_index(["window", "feature"])["mean_abs"] for fit in fits
    ]
    expected = pd.concat(alone, axis=1).mean(axis=1)
    pd.testing.assert_series_equal(both.sort_index(), expected.sort_index(), check_names=False)
    for window in (10, 5):
        names = both.loc[window].index.tolist()
        assert names == canonical(names)


def test_each_branch_has_weights_of_its_own():
    fit = fitted("V3")
    table = branch_weight_table([fit]).set_index(["window", "feature"])["mean_abs"]
    assert len(table) == 2 * 270
    for place, window in enumerate((10, 5)):
        weights = fit.network.readers[place].recurrent.weight_ih_l0.detach().numpy()
        own = table.loc[window]
        assert own.index.tolist() == list(fit.features.names)
        np.testing.assert_allclose(own, np.abs(weights).mean(axis=0), rtol=1e-6)


@pytest.mark.parametrize(("widen", "rows"), [("stack_concat", 3), ("project", 2)])
def test_v4_s_encoders_are_branches_too(widen, rows):
    fit = fitted("V4")
    if widen == "project":
        fit = _with_projection(fit)
    table = branch_weight_table([fit]).set_index(["window", "feature"])["mean_abs"]
    encoder = fit.network.encoders[0]
    first = encoder.project if widen == "project" else encoder.first.project
    assert first.weight.shape[0] == rows * len(fit.features.columns)
    np.testing.assert_allclose(table.loc[5], first.weight.detach().abs().mean(0), rtol=1e-6)
    main = torch.cat(
        [fit.network.recurrent.weight_ih_l0, fit.network.recurrent.weight_ih_l0_reverse]
    )
    np.testing.assert_allclose(table.loc[10], main.detach().abs().mean(0), rtol=1e-6)


def _with_projection(fit: FittedAlphaNet) -> FittedAlphaNet:
    config = fit.config.model_dump()
    config["network"]["widen"] = "project"
    settings = V4Config.model_validate(config)
    network = AlphaNetV4Model().build(len(fit.features.columns), settings, torch.Generator())
    return with_network(fit, network)


def test_v1_has_no_branch_to_show():
    assert branch_weight_table([fitted("V1")]).empty
    assert branch_weight_table([]).columns.tolist() == ["window", "feature", "mean_abs"]


def test_another_network_is_refused():
    with pytest.raises(ConfigurationError, match="Linear is none of AlphaNet V1 to V4"):
        first_layers(nn.Linear(2, 1))
