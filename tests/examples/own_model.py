"""A model of your own: each feature weighted by its mean daily rank IC on the train days.

Any class with ``fit`` and ``load`` is a model. Put its file on PYTHONPATH and name it in
``conf/base/parameters/behaviour.yml``::

    own_models:
      ic_weighted: {model_class: own_model.ICWeighted, seeded: false}
"""

from dataclasses import dataclass

import numpy as np
from safetensors.numpy import load_file, save_file

from deep_alpha.kernels.correlation import rank_ic_by_day


class ICWeighted:
    """Knows how to fit, and how to read what was fitted before."""

    def fit(self, train, valid, config, seed, context):  # noqa: ARG002
        """Look at the train days only; ``valid`` is there for early stopping."""
        days = train.day_offsets()
        daily = [rank_ic_by_day(feature, train.forward_return, days) for feature in train.all().T]
        return FittedICWeighted(np.nanmean(daily, axis=1).astype(np.float32))

    def load(self, folder):
        """Read what ``save`` wrote."""
        return FittedICWeighted(load_file(folder / "weights.safetensors")["weights"])


@dataclass(frozen=True)
class FittedICWeighted:
    """Knows how to score, and how to be stored without pickles."""

    weights: np.ndarray

    def predict(self, samples):
        """One score for each sample, higher = better."""
        return samples.all() @ self.weights

    def save(self, folder):
        """Write everything that ``load`` needs."""
        save_file({"weights": self.weights}, folder / "weights.safetensors")

    def summary(self):
        """What the fit says of itself; it is kept in the job's record."""
        return {"largest_weight": float(np.abs(self.weights).max())}
