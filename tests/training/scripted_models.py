"""Models that do as they are told: count their fits, fail, or kill their own process."""
# ruff: noqa: ARG002

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class FittedSlope:
    """Scores are a slope times the first feature."""

    slope: float
    fail_when: str = ""

    def predict(self, samples):
        return samples.all()[:, 0] * np.float32(self.slope)

    def save(self, folder):
        half = f"{self.slope!r}"
        (folder / "slope.txt").write_text(half[: len(half) // 2])
        if self.fail_when and Path(self.fail_when).exists():
            raise OSError("no space left on device")
        (folder / "slope.txt").write_text(half)

    def summary(self):
        return {"slope": self.slope, "seen_by": np.float64(1.5)}


class CountingModel:
    """Writes a line to the file ``config["log"]`` for each fit.

    ``config["fail_when"]`` names a file: while it exists, saving fails half way.
    """

    def fit(self, train, valid, config, seed, context):
        with Path(config["log"]).open("a") as log:
            log.write(f"{context.label}\n")
        feature = train.all()[:, 0]
        slope = float(feature @ train.forward_return / (feature @ feature))
        return FittedSlope(slope, config.get("fail_when", ""))

    def load(self, folder):
        return FittedSlope(float((folder / "slope.txt").read_text()))


class KillingModel(CountingModel):
    """Kills its process, as the system does when memory runs out.

    It does so for fits whose label holds ``config["victim"]``, ``config["times"]`` times.
    """

    def fit(self, train, valid, config, seed, context):
        deaths = Path(config["log"]).with_suffix(".deaths")
        if config["victim"] in context.label:
            died = len(deaths.read_text()) if deaths.exists() else 0
            if died < config["times"]:
                deaths.write_text("x" * (died + 1))
                os.kill(os.getpid(), signal.SIGKILL)
        return super().fit(train, valid, config, seed, context)


class TwoColumns(CountingModel):
    """Predicts two columns: no model of the contract."""

    def fit(self, train, valid, config, seed, context):
        return FittedTwoColumns(1.0)


class FittedTwoColumns(FittedSlope):
    """Scores of the wrong shape."""

    def predict(self, samples):
        return np.zeros((len(samples), 2))


class Mute(CountingModel):
    """Has no opinion on any sample."""

    def fit(self, train, valid, config, seed, context):
        return FittedMute(1.0)


class FittedMute(FittedSlope):
    """All scores NaN."""

    def predict(self, samples):
        return np.full(len(samples), np.nan)


class SameForAll(CountingModel):
    """Gives all names of a day the same score, another one each day."""

    def fit(self, train, valid, config, seed, context):
        return FittedSameForAll(1.0)


class FittedSameForAll(FittedSlope):
    """The date's position as a score."""

    def predict(self, samples):
        return samples.date_index.astype(np.float32)


class LastRow(CountingModel):
    """Looks at windows, but reads their last row only."""

    def fit(self, train, valid, config, seed, context):
        feature = train.all()[:, -1, 0]
        slope = float(feature @ train.forward_return / (feature @ feature))
        return LastSlope(slope)

    def load(self, folder):
        return LastSlope(super().load(folder).slope)


class LastSlope(FittedSlope):
    """Scores are a slope times the first feature of the window's last row."""

    def predict(self, samples):
        return samples.all()[:, -1, 0] * np.float32(self.slope)
