"""How models were fitted, in words."""

from __future__ import annotations

import pytest
import torch

from deep_alpha.explain.alphanet.configuration import AsRun, configuration_table
from deep_alpha.explain.alphanet.layers import layer_table
from deep_alpha.models.alphanet import members
from deep_alpha.models.alphanet.model import FittedAlphaNet
from deep_alpha.targets import TargetSettings
from tests.explain.alphanet.fitted import fitted


def as_run(fit: FittedAlphaNet, **changes) -> AsRun:
    settings = {
        "target": TargetSettings(horizon=10),
        "seeds": (0, 1),
        "train_every": 1,
        "valid_every": 1,
        "precision": "fp32",
    }
    return AsRun(fit, **{**settings, **changes})


def with_settings(name: str, **changes) -> FittedAlphaNet:
    """The small fit's features behind a network and settings that were not fitted."""
    fit, model = fitted(name), getattr(members, f"AlphaNet{name}Model")()
    config = fit.config.model_dump()
    for group in ("network", "features"):
        config[group] |= changes.pop(group, {})
    settings = model.config_type.model_validate(config | changes)
    network = model.build(len(fit.features.columns), settings, torch.Generator())
    return FittedAlphaNet(network, {}, fit.compute, fit.features, settings)


def words(run: AsRun) -> dict[str, str]:
    return configuration_table({"model": run}).set_index("setting")["model"].to_dict()


def test_a_column_is_a_model():
    table = configuration_table({name: as_run(fitted(name)) for name in ("V1", "V4")})
    assert table.columns.tolist() == ["setting", "V1", "V4"]
    rows = table.set_index("setting")
    assert rows.loc["inputs"].tolist() == ["9 (v1)", "13 (paper13)"]
    assert rows.loc["operators"].tolist() == ["7, the mean among them", "6"]
    assert rows.loc["features kept"].tolist() == ["117 of 117", "15 of 208"]
    assert rows.loc["optimiser"].str.partition(",")[0].tolist() == ["RMSProp", "Adam"]
    assert rows.loc["learning rate"].tolist() == ["0.0001", "0.001 to 1e-07, exponential"]
    assert table.notna().all(axis=None)


@pytest.mark.parametrize("name", ["V1", "V2", "V3", "V4"])
def test_parameters_are_those_of_the_layers(name):
    fit = fitted(name)
    assert words(as_run(fit))["parameters"] == f"{layer_table(fit)['parameters'].sum():,}"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("V1", "three pools of all steps; dense 30, ReLU, dropout 0.5; linear"),
        ("V2", "LSTM 30, last state; linear"),
        ("V3", "GRU 4 for each of 2 branches, last state; linear"),
        (
            "V4",
            "Bi-LSTM 15 + 15, dropout 0.2; plus 1 Transformer (two layers' outputs side by side, "
            "3 heads, dropout 0.1); attention 8; LeakyReLU of slope 0.3",
        ),
    ],
)
def test_a_network_in_words(name, expected):
    assert words(as_run(fitted(name)))["network"] == expected


def test_v4_s_switches_in_words():
    bare = with_settings(
        "V4", network={"residual": False, "attention": False, "output": "linear", "bn": "daily"}
    )
    assert words(as_run(bare))["network"] == (
        "Bi-LSTM 15 + 15, dropout 0.2; last step; linear; batch norm by day in evaluation, too"
    )
    other = with_settings(
        "V4", network={"widen": "project", "positional": False, "hidden_norm": False}
    )
    assert words(as_run(other))["network"] == (
        "Bi-LSTM 15 + 15, dropout 0.2; plus 1 Transformer (widened, then two layers, 2 heads, "
        "dropout 0.1, without positions); Bi-LSTM added as it is; attention 8; LeakyReLU of "
        "slope 0.3"
    )


@pytest.mark.parametrize(
    ("setting", "changes", "expected"),
    [
        ("batches", {}, "a day, shuffled, 10 names of each"),
        ("batches", {"names_per_day": None}, "a whole day, shuffled"),
        ("batches", {"names_per_day": None, "batch_days": 3}, "3 whole days, shuffled"),
        ("batches", {"batches": "samples", "names_per_day": None}, "1,024 shuffled samples"),
        ("weights of errors", {"long_weight": "rank"}, "rank of y in the day, to the power of 1"),
        ("loss", {"loss": "ic"}, "minus the correlation within days"),
        ("stopping", {"stop_on": "sharpe"}, "validation Sharpe ratio, patience 10"),
        ("epochs", {"max_epochs": 90}, "3 to 90"),
        ("epochs", {"max_epochs": 2}, "2"),
        ("learning rate", {"schedule": "cosine"}, "0.001 to 1e-07, cosine"),
        (
            "learning rate",
            {"schedule": "plateau"},
            "0.001, times 0.7 after 5 epochs without gain",
        ),
        ("optimiser", {"weight_decay": 0.01}, "Adam, gradient norm up to 1, weight decay 0.01"),
        ("inputs", {"features": {"sampled_inputs": 9}}, "9 of 13 (paper13), drawn by the seed"),
        ("Spearman dropout", {}, "|ρ| > 0.3 on 1 day of training, all steps"),
        (
            "Spearman dropout",
            {"features": {"absolute": False, "batches": 10, "flatten": "last", "spearman": 0.6}},
            "ρ > 0.6 on 10 days of training, the last step",
        ),
        ("Spearman dropout", {"features": {"spearman": None}}, "none"),
        ("window: steps × stride", {}, "10 days: 6 × 2; 5 days: 6 × 2"),
        ("days of inputs", {}, "21"),
    ],
)
def test_settings_in_words(setting, changes, expected):
    assert words(as_run(with_settings("V4", **changes)))[setting] == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("raw", "return of 10 days"),
        ("residual", "sum of 10 daily specific returns"),
        ("compound", "10 daily specific returns, compounded"),
        ("single", "residual of the return of 10 days"),
    ],
)
def test_targets_in_words(kind, expected):
    run = as_run(fitted("V3"), target=TargetSettings(horizon=10, kind=kind))
    assert words(run)["target"] == expected


def test_what_the_run_says_stands_there():
    run = as_run(fitted("V3"), train_every=4, valid_every=2, seeds=(0, 2), precision="bf16")
    found = words(run)
    assert found["days"] == "every 4th day of training, every 2nd day of validation"
    assert found["seeds"] == "0, 2"
    assert found["precision"] == "bf16"


@pytest.mark.parametrize("name", ["V1", "V2", "V3", "V4"])
def test_layers_are_traced_at_the_network_s_own_size(name):
    fit = fitted(name)
    table = layer_table(fit)
    assert table["parameters"].sum() == sum(part.numel() for part in fit.network.parameters())
    first, last = table.iloc[0], table.iloc[-1]
    assert first["kind"] == "ChannelNorm"
    assert (last["kind"], last["shape_out"]) == ("ScoreHead", (1,))
    branch, width = fit.config.branches[0], len(fit.features.columns)
    windows = 2 if name == "V4" else 1
    assert first["shape_in"] == (branch.steps, windows * width)
