"""Score one day at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deep_alpha.errors import TrainingError
from deep_alpha.models.contract import Fitted
from deep_alpha.models.samples import Samples


def score_by_day(fitted: Fitted, samples: Samples, label: str) -> NDArray[np.float32]:
    """Scores of samples, each day predicted by itself, shape (n,).

    A model sees no other day's samples when it scores one, so no test-time statistic can
    reach into the future; and a score is the same bits however many days are scored
    along with it.

    Args:
        fitted: The model.
        samples: Samples sorted by day.
        label: What an error calls the model.

    Raises:
        TrainingError: The model does not give one score for each sample.
    """
    scores = np.full(len(samples), np.nan, dtype=np.float32)
    for _, day in samples.day_batches():
        today = samples.subset(day)
        predicted = np.asarray(fitted.predict(today), dtype=np.float32)
        if predicted.shape != (len(today),):
            raise TrainingError(
                f"{label}: predict gave scores of shape {predicted.shape} for {len(today)} "
                "samples; it must give one score for each sample"
            )
        scores[day] = predicted
    return scores
