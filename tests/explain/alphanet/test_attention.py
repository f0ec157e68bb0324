"""Which steps V4 attends to, and how lopsided its sum is."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from deep_alpha.explain.alphanet.attention import attention_table, attention_weights, diagnose
from tests.explain.alphanet.fitted import few_test_rows, fitted


def test_weights_are_the_softmax_of_the_energies():
    fit, rows = fitted("V4"), few_test_rows()
    network, attention = fit.network, fit.network.attention
    inputs = torch.from_numpy(fit.features.of_windows(rows, fit.config.branches))
    width = len(fit.features.columns)
    with torch.no_grad():
        hidden, _ = network.recurrent(network.norm(inputs)[..., :width])
        ends = torch.cat([hidden[:, -1, :width], hidden[:, 0, width:]], dim=1)
        energies = attention.energy(
            torch.tanh(attention.of_hidden(hidden) + attention.of_context(ends)[:, None])
        )[..., 0].numpy()
    expected = np.exp(energies) / np.exp(energies).sum(axis=1, keepdims=True)
    found = attention_weights(fit, rows)
    assert found.shape == (40, 6)
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert not attention._forward_pre_hooks


def test_without_energy_all_steps_weigh_alike():
    fit, rows = fitted("V4"), few_test_rows()
    with torch.no_grad():
        fit.network.attention.energy.weight.zero_()
    table = attention_table([attention_weights(fit, rows)], fit.config.branches[0].offsets)
    assert table["weight"].tolist() == pytest.approx([1 / 6] * 6)
    assert table["back"].tolist() == [0, 2, 4, 6, 8, 10]
    assert diagnose(fit, rows)["attention_entropy"] == pytest.approx(np.log(6))


def test_attention_is_pooled_over_the_samples_of_all_fits():
    random = np.random.default_rng(1)
    parts = [random.dirichlet(np.ones(3), size=count).astype(np.float32) for count in (50, 30)]
    table = attention_table(parts, (4, 2, 0)).set_index("back")
    pooled = np.concatenate(parts)
    for place, back in enumerate((4, 2, 0)):
        assert table.loc[back, "weight"] == pytest.approx(pooled[:, place].mean())
        assert table.loc[back, "low"] == pytest.approx(np.quantile(pooled[:, place], 0.1))
        assert table.loc[back, "high"] == pytest.approx(np.quantile(pooled[:, place], 0.9))
    assert table.index.tolist() == [0, 2, 4]


def test_diagnostics_are_the_network_s_own():
    fit, rows = fitted("V4"), few_test_rows()
    inputs = torch.from_numpy(fit.features.of_windows(rows, fit.config.branches))
    assert diagnose(fit, rows) == {**fit.network.diagnostics(inputs), "steps": 6}


def test_what_a_network_lacks_is_unknown():
    fit, rows = fitted("V4"), few_test_rows()
    fit.network.attention = None
    assert attention_weights(fit, rows) is None
    assert np.isnan(diagnose(fit, rows)["attention_entropy"])
    assert attention_weights(fitted("V3"), rows) is None
    assert diagnose(fitted("V3"), rows) == {}
    assert attention_table([], ()).columns.tolist() == ["back", "weight", "low", "high"]
