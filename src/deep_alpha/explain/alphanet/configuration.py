"""How AlphaNets were fitted, in words: one column a model (Table 3-4, as run)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from deep_alpha.explain.alphanet.network_words import network_in_words
from deep_alpha.factors.alphanet_columns import OPERATORS, feature_columns
from deep_alpha.factors.alphanet_inputs import INPUT_SETS
from deep_alpha.models.alphanet.branches import Branch
from deep_alpha.models.alphanet.config import AlphaNetConfig
from deep_alpha.models.alphanet.model import FittedAlphaNet
from deep_alpha.targets import TargetSettings


@dataclass(frozen=True)
class AsRun:
    """A model as a run has fitted it.

    Args:
        fitted: Its fit of the newest test with the first seed.
        target: How its labels are defined.
        seeds: Seeds of the newest test's fits.
        train_every: Trained on every n-th day.
        valid_every: Epochs were judged on every n-th day.
        precision: ``fp32`` or ``bf16``, of the run's device.
    """

    fitted: FittedAlphaNet
    target: TargetSettings
    seeds: tuple[int, ...]
    train_every: int
    valid_every: int
    precision: str

    @property
    def config(self) -> AlphaNetConfig:
        """The settings of the fit, those that a profile has reduced included."""
        return self.fitted.config


_WEIGHTS = {
    "off": "all alike",
    "rank": "rank of y in the day, to the power of {power:g}",
    "relu": "max(y, 0) + a tenth of mean |y|",
    "shift": "y − least y of the day",
    "literal": "y / Σ y, as printed",
}
_LOSSES = {
    "mse": "squared error",
    "projected": "squared error of what industries and styles leave of the score",
    "ic": "minus the correlation within days",
}
_TARGETS = {
    "raw": "return of {days} days",
    "residual": "sum of {days} daily specific returns",
    "compound": "{days} daily specific returns, compounded",
    "single": "residual of the return of {days} days",
}
_SCALES = {"zscore": "z-score of the day", "rank": "rank in the day", "return": "as it is"}


def configuration_table(models: Mapping[str, AsRun]) -> pd.DataFrame:
    """Settings that differ between the models, or matter to all.

    Args:
        models: By name, in the order of their columns.

    Returns:
        A row a setting: ``setting``, and a column for each model; no row without models.
    """
    if not models:
        return pd.DataFrame(columns=["setting"])
    words = {name: {key: say(run) for key, say in _ROWS.items()} for name, run in models.items()}
    table = pd.DataFrame(words, index=list(_ROWS), dtype=object)
    return table.rename_axis("setting").reset_index()


def _inputs(run: AsRun) -> str:
    settings = run.config.features
    known = len(INPUT_SETS[settings.inputs])
    if settings.sampled_inputs is None:
        return f"{known} ({settings.inputs})"
    return f"{settings.sampled_inputs} of {known} ({settings.inputs}), drawn by the seed"


def _operators(run: AsRun) -> str:
    six = len(OPERATORS) - 1
    return f"{six + 1}, the mean among them" if run.config.features.mean else f"{six}"


def _windows(run: AsRun) -> str:
    return "; ".join(_branch(branch) for branch in run.config.branches)


def _branch(branch: Branch) -> str:
    return f"{branch.window} days: {branch.steps} × {branch.stride}"


def _dropout(run: AsRun) -> str:
    settings = run.config.features
    if settings.spearman is None:
        return "none"
    size = "|ρ|" if settings.absolute else "ρ"
    batches = "1 day" if settings.batches == 1 else f"{settings.batches} days"
    steps = "all steps" if settings.flatten == "all" else "the last step"
    return f"{size} > {settings.spearman:g} on {batches} of training, {steps}"


def _kept(run: AsRun) -> str:
    features = run.fitted.features
    known = feature_columns(features.inputs, mean=features.settings.mean)
    return f"{len(features.columns)} of {len(known)}"


def _scaling(run: AsRun) -> str:
    low, high = (100 * quantile for quantile in run.config.features.winsor)
    return (
        f"train z-score within ±{run.config.features.clip:g}; ts_return and ts_zscore between "
        f"{low:g} and {high:g} %"
    )


def _target(run: AsRun) -> str:
    return _TARGETS[run.target.kind].format(days=run.target.horizon)


def _weights(run: AsRun) -> str:
    return _WEIGHTS[run.config.long_weight].format(power=run.config.long_weight_power)


def _batches(run: AsRun) -> str:
    config = run.config
    if config.batches == "samples":
        return f"{config.batch_size:,} shuffled samples"
    names = "" if config.names_per_day is None else f", {config.names_per_day:,} names of each"
    days = "a whole day" if config.batch_days == 1 else f"{config.batch_days} whole days"
    if names:
        days = days.replace("whole ", "")
    return f"{days}, shuffled{names}"


def _optimiser(run: AsRun) -> str:
    name = {"adam": "Adam", "rmsprop": "RMSProp"}[run.config.optimiser]
    decay = f", weight decay {run.config.weight_decay:g}" if run.config.weight_decay else ""
    return f"{name}, gradient norm up to {run.config.clip_norm:g}{decay}"


def _learning_rate(run: AsRun) -> str:
    config = run.config
    first = f"{config.learning_rate:g}"
    if config.schedule == "constant":
        return first
    if config.schedule == "plateau":
        return (
            f"{first}, times {config.scheduler_factor:g} after "
            f"{config.scheduler_patience} epochs without gain"
        )
    return f"{first} to {config.last_learning_rate:g}, {config.schedule}"


def _epochs(run: AsRun) -> str:
    config = run.config
    least = min(config.min_epochs, config.max_epochs)
    return f"{least} to {config.max_epochs}" if least < config.max_epochs else f"{least}"


def _stopping(run: AsRun) -> str:
    name = {"rmse": "error", "ic": "IC", "sharpe": "Sharpe ratio"}[run.config.stop_on]
    return f"validation {name}, patience {run.config.patience}"


def _days(run: AsRun) -> str:
    return f"{_every(run.train_every)} of training, {_every(run.valid_every)} of validation"


def _every(days: int) -> str:
    endings = {1: "every day", 2: "every 2nd day", 3: "every 3rd day"}
    return endings.get(days, f"every {days}th day")


def _parameters(run: AsRun) -> str:
    return f"{sum(part.numel() for part in run.fitted.network.parameters()):,}"


_ROWS: Mapping[str, Callable[[AsRun], str]] = {
    "inputs": _inputs,
    "operators": _operators,
    "window: steps × stride": _windows,
    "days of inputs": lambda run: str(max(branch.history for branch in run.config.branches)),
    "Spearman dropout": _dropout,
    "features kept": _kept,
    "scaling": _scaling,
    "network": lambda run: network_in_words(run.fitted.network, run.config),
    "parameters": _parameters,
    "target": _target,
    "scale of the target": lambda run: _SCALES[run.config.target],
    "loss": lambda run: _LOSSES[run.config.loss],
    "weights of errors": _weights,
    "batches": _batches,
    "optimiser": _optimiser,
    "learning rate": _learning_rate,
    "epochs": _epochs,
    "stopping": _stopping,
    "days": _days,
    "seeds": lambda run: ", ".join(map(str, run.seeds)),
    "precision": lambda run: run.precision,
}
