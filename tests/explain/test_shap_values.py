"""SHAP values against their definition, and what computing them leaves behind."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from deep_alpha.errors import ConfigurationError
from deep_alpha.explain import shap_values
from deep_alpha.models.cnn import CNN, CNNConfig
from deep_alpha.models.mlp import DualTaskMLP
from deep_alpha.training.randomness import seeded_generator
from tests.explain.exact_shapley import exact_shapley
from tests.explain.networks import HiddenFunction, SmallCNN, SumOfKinks, drawn, linear, score_of

ROWS, BACKGROUND = (
    np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float32)
    for seed, count in ((1, 12), (2, 60))
)
WEIGHTS = [[0.5, -2.0, 0.0, 0.25], [9.0, 9.0, 9.0, 9.0]]


def mlp(seed: int = 0) -> nn.Module:
    return DualTaskMLP(4, (16, 8), 0.1, seeded_generator(seed, "initialisation")).eval()


def numpy_words() -> np.ndarray:
    """The state of the generator that the whole process shares."""
    return np.random.get_state()[1].copy()  # noqa: NPY002


def exact(network: nn.Module, rows: np.ndarray = ROWS) -> np.ndarray:
    return np.array([exact_shapley(score_of(network), row, BACKGROUND) for row in rows])


def test_the_definition_on_a_hand_made_game() -> None:
    def product_and_sum(rows: np.ndarray) -> np.ndarray:
        return rows[:, 0] * rows[:, 1] + rows[:, 2]

    # Before a background of zeros, two factors of a product share it in halves.
    values = exact_shapley(product_and_sum, np.array([2.0, 3.0, 5.0]), np.zeros((1, 3)))
    assert values == pytest.approx([3.0, 3.0, 5.0])


def test_a_linear_network_gives_each_weight_times_the_distance_from_the_mean() -> None:
    result = shap_values(linear(WEIGHTS, [0.3, -7.0]), ROWS, BACKGROUND)
    mean = BACKGROUND.mean(axis=0)
    np.testing.assert_allclose(result.contributions, WEIGHTS[0] * (ROWS - mean), atol=1e-6)
    assert result.base == pytest.approx(0.3 + mean @ WEIGHTS[0], abs=1e-6)


def test_features_that_do_not_interact_get_their_exact_shapley_values() -> None:
    network = drawn(SumOfKinks(4))
    result = shap_values(network, ROWS, BACKGROUND)
    np.testing.assert_allclose(result.contributions, exact(network), atol=2e-5)


@pytest.mark.parametrize("seed", range(3))
def test_an_mlp_is_within_a_third_of_a_standard_deviation_of_its_exact_values(seed) -> None:
    """Rescaling each ReLU by itself is not Shapley's split where features interact."""
    true = exact(mlp(seed))
    found = shap_values(mlp(seed), ROWS, BACKGROUND).contributions
    assert np.sqrt(np.mean((found - true) ** 2)) < true.std() / 3
    assert np.corrcoef(found.ravel(), true.ravel())[0, 1] > 0.95


def cnn(order_seed: int | None = None) -> nn.Module:
    config = CNNConfig(loss="dual", order_seed=order_seed)
    return CNN().build(4, config, seeded_generator(0, "initialisation")).eval()


@pytest.mark.parametrize(
    "network", [mlp(), cnn(), cnn(1), drawn(SmallCNN(4))], ids=["mlp", "cnn", "reordered", "nested"]
)
def test_base_and_contributions_add_up_to_the_first_head(network) -> None:
    result = shap_values(network, ROWS, BACKGROUND)
    np.testing.assert_allclose(result.scores, score_of(network)(ROWS))
    assert result.base == pytest.approx(score_of(network)(BACKGROUND).mean())
    total = result.base + result.contributions.sum(axis=1)
    np.testing.assert_allclose(total, result.scores, atol=1e-5)
    assert result.additivity_error == pytest.approx(np.abs(total - result.scores).max())


@pytest.mark.parametrize("network", [cnn(1), drawn(SmallCNN(4))], ids=["ours", "nested"])
def test_a_cnn_reads_neighbours_through_its_order_of_factors(network) -> None:
    true, found = exact(network), shap_values(network, ROWS, BACKGROUND).contributions
    assert np.corrcoef(found.ravel(), true.ravel())[0, 1] > 0.95


def test_a_function_that_is_no_module_is_refused_and_not_explained_wrongly() -> None:
    network = drawn(HiddenFunction())
    with pytest.raises(ConfigurationError, match=r"miss the scores by .* take method=gradient"):
        shap_values(network, ROWS, BACKGROUND)
    true = exact(network)
    found = shap_values(network, ROWS, BACKGROUND, method="gradient")
    assert np.corrcoef(found.contributions.ravel(), true.ravel())[0, 1] > 0.9
    assert found.additivity_error < found.scores.std() / 2


def test_equal_arguments_give_equal_bits() -> None:
    for method in ("deep", "gradient"):
        one, other = (shap_values(mlp(), ROWS, BACKGROUND, method=method) for _ in range(2))
        np.testing.assert_array_equal(one.contributions, other.contributions)
    seeds = [
        shap_values(mlp(), ROWS, BACKGROUND, method="gradient", seed=seed).contributions
        for seed in (0, 1)
    ]
    assert not np.array_equal(*seeds)


def test_a_row_is_explained_alone() -> None:
    together = shap_values(mlp(), ROWS, BACKGROUND).contributions
    alone = [shap_values(mlp(), ROWS[[row]], BACKGROUND).contributions[0] for row in (3, 7)]
    np.testing.assert_array_equal(together[[3, 7]], alone)


@pytest.mark.parametrize("method", ["deep", "gradient"])
def test_nothing_is_left_behind(method) -> None:
    network = drawn(SmallCNN(4)).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    numpy_state, torch_state = numpy_words(), torch.get_rng_state()
    torch.set_num_threads(2)
    shap_values(network, ROWS, BACKGROUND, method=method)
    after = network.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert all(module.training for module in network.modules())
    assert not any(module._forward_hooks or module._backward_hooks for module in network.modules())
    assert all(parameter.grad is None for parameter in network.parameters())
    np.testing.assert_array_equal(numpy_words(), numpy_state)
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert torch.get_num_threads() == 2


def test_a_constant_score_has_no_contributions() -> None:
    result = shap_values(linear([[0.0] * 4], [0.7]), ROWS, BACKGROUND)
    assert not result.contributions.any()
    assert result.base == pytest.approx(0.7)


def test_no_rows_have_no_values() -> None:
    result = shap_values(mlp(), ROWS[:0], BACKGROUND)
    assert result.contributions.shape == (0, 4)
    assert result.additivity_error == 0.0


def test_rows_need_a_background_of_the_same_features() -> None:
    for background in (BACKGROUND[:0], BACKGROUND[:, :3]):
        with pytest.raises(ConfigurationError, match="against a background of shape"):
            shap_values(mlp(), ROWS, background)
