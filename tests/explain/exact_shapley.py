"""Shapley values by their definition: slow, and exact."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations
from math import comb

import numpy as np

Score = Callable[[np.ndarray], np.ndarray]


def exact_shapley(score: Score, row: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Each feature's mean gain over all orders in which features become known.

    A coalition is worth the mean score of the background rows whose features in the
    coalition are set to the row's (the interventional expectation).
    """
    features = len(row)

    @cache
    def worth(known: tuple[int, ...]) -> float:
        mixed = background.copy()
        mixed[:, known] = row[list(known)]
        return float(score(mixed).mean())

    values = np.zeros(features)
    for feature in range(features):
        others = [other for other in range(features) if other != feature]
        for size in range(features):
            for known in combinations(others, size):
                gain = worth(tuple(sorted((*known, feature)))) - worth(known)
                values[feature] += gain / (features * comb(features - 1, size))
    return values
