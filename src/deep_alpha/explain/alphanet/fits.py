"""The AlphaNets that a run has fitted, from their job folders, by model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deep_alpha.errors import ConfigurationError
from deep_alpha.explain.stored_networks import stored_fit
from deep_alpha.folds import Fold
from deep_alpha.models.alphanet.features import PreparedFeatures
from deep_alpha.models.alphanet.model import FittedAlphaNet


@dataclass(frozen=True)
class AlphaNetFit:
    """One stored fit.

    Args:
        model: Its name in the configuration.
        fold: The walk-forward step.
        seed: The fit's seed.
        jobs: Folder of the model's jobs at one horizon.
        horizon: That horizon, in days.
    """

    model: str
    fold: Fold
    seed: int
    jobs: Path
    horizon: int

    def load(self) -> FittedAlphaNet:
        """The fitted model, on the CPU.

        Raises:
            ConfigurationError: It is not stored, or is no AlphaNet.
        """
        fitted = stored_fit(self.jobs, self.fold.name, self.seed, self.horizon, "alphanet_fits")
        if not isinstance(fitted, FittedAlphaNet):
            raise ConfigurationError(
                f"{self.jobs} holds fits of {type(fitted).__name__}, which is no AlphaNet: leave "
                f"{self.model} with a class of deep_alpha.models.alphanet.members"
            )
        return fitted

    def features(self) -> PreparedFeatures:
        """What the fit learned of its features, without its network."""
        return PreparedFeatures.load(self.jobs / self.fold.name / f"seed{self.seed}" / "model")


def stored_alphanets(
    models_folder: Path,
    records: Sequence[Mapping[str, Any]],
    folds: Sequence[Fold],
    horizon: int,
    models: Iterable[str],
) -> dict[str, list[AlphaNetFit]]:
    """Every fit by model, in the order of the folds and seeds.

    Args:
        models_folder: Folder of the jobs of all models.
        records: The jobs' records.
        folds: The folds at the horizon, in time order.
        horizon: Label horizon of the fits, in days.
        models: Which models; one that was not fitted is left out.
    """
    found: dict[str, list[AlphaNetFit]] = {}
    for model in models:
        jobs = Path(models_folder) / model / f"h{horizon}"
        fitted = {
            (record["fold"], int(record["seed"]))
            for record in records
            if record["model"] == model and record["horizon"] == horizon
        }
        own = [
            AlphaNetFit(model, fold, seed, jobs, horizon)
            for fold in folds
            for name, seed in sorted(fitted)
            if name == fold.name
        ]
        if own:
            found[model] = own
    return found
