"""Raw features and what the first batch norm makes of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from deep_alpha.explain.alphanet.norms import norm_table, normalised_main, raw_main
from tests.explain.alphanet.fitted import few_test_rows, fitted, train_rows


def operator_values(name: str, window: pd.DataFrame, days: int) -> pd.Series:
    """A feature of all days, from pandas' own rolling windows."""
    operator, _, inside = name.rstrip(")").partition("(")
    first, *second = inside.split(",")
    rolling = window[first].rolling(days)
    if operator == "ts_stddev":
        return rolling.std(ddof=0)
    if operator == "ts_corr":
        return rolling.corr(window[second[0]])
    return pd.Series(np.nan, window.index)


@pytest.mark.parametrize("name", ["V3", "V4"])
def test_before_are_the_operators_own_values(name):
    fit, rows = fitted(name), few_test_rows(3)
    found, branch = raw_main(fit, rows), fit.config.branches[0]
    assert found.shape == (3, branch.steps, len(fit.features.columns))
    for sample, raw in enumerate(rows.take(slice(None))):
        window = pd.DataFrame(raw.astype(np.float64), columns=list(rows.feature_names))
        days = [len(window) - 1 - back for back in branch.offsets]
        for place, feature in enumerate(fit.features.names):
            expected = operator_values(feature, window, branch.window)
            if expected.isna().all():
                continue
            np.testing.assert_allclose(
                found[sample, :, place], expected.iloc[days], rtol=2e-3, atol=2e-4
            )


@pytest.mark.parametrize("name", ["V1", "V2", "V3", "V4"])
def test_after_is_the_batch_norm_of_the_scaled_features(name):
    fit, rows = fitted(name), few_test_rows(5)
    width, branch = len(fit.features.columns), fit.config.branches[0]
    network = fit.network
    norm = {"V1": lambda: network.pools[0].norm, "V4": lambda: network.norm}.get(
        name, lambda: network.readers[0].norm
    )()
    with torch.no_grad():
        for values in (norm.weight, norm.bias, norm.running_mean, norm.running_var):
            values.copy_(torch.linspace(0.5, 2.0, len(values)))
    windows = fit.features.of_windows(rows, fit.config.branches)
    offsets = sorted({back for own in fit.config.branches for back in own.offsets}, reverse=True)
    steps = [offsets.index(back) for back in branch.offsets]
    gamma, beta, mean, variance = (
        values.detach().numpy()[:width]
        for values in (norm.weight, norm.bias, norm.running_mean, norm.running_var)
    )
    expected = (windows[:, steps, :width] - mean) / np.sqrt(variance + 1e-5) * gamma + beta
    np.testing.assert_allclose(normalised_main(fit, rows), expected, rtol=1e-4, atol=1e-5)


def test_bins_hold_the_values_between_two_quantiles():
    fit, rows = fitted("V4"), train_rows().subset(slice(0, 200))
    table = norm_table(fit, rows)
    operators = np.array([column.operator for column in fit.features.columns])
    assert {"ts_corr", "ts_stddev"} <= set(operators)
    for (operator, stage), own in table.groupby(["operator", "stage"]):
        make = {"before": raw_main, "after": normalised_main}[stage]
        values = make(fit, rows)[..., operators == operator].ravel()
        assert len(own) == 60
        assert own["share"].sum() == pytest.approx(0.99, abs=0.002)
        assert own["low"].iloc[0] == pytest.approx(np.quantile(values, 0.005), rel=1e-4)
        assert own["high"].iloc[-1] == pytest.approx(np.quantile(values, 0.995), rel=1e-4)
        np.testing.assert_allclose(own["low"].iloc[1:], own["high"].iloc[:-1])
        inside = (values >= own["low"].iloc[20]) & (values < own["high"].iloc[20])
        assert own["share"].iloc[20] == pytest.approx(inside.mean(), abs=1e-3)
        assert own["maximum"].iloc[0] == pytest.approx(values.max(), rel=1e-5)
        assert own["minimum"].iloc[0] == pytest.approx(values.min(), rel=1e-5)
    assert len(table) == 4 * 60


def test_without_rows_there_are_columns_alone():
    table = norm_table(fitted("V4"), few_test_rows(0))
    assert table.empty
    assert table.columns.tolist()[:5] == ["operator", "stage", "low", "high", "share"]
