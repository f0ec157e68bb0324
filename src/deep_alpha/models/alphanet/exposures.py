"""The risk model's exposures beside the daily inputs, for neutralised losses (SPEC 001-F3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.samples import Samples

STYLE_PREFIX, INDUSTRY, WEIGHT = "style:", "industry", "regression_weight"
"""Names of the images' columns that are no inputs."""


def exposures_of(samples: Samples) -> NDArray[np.float32]:
    """Style exposures, industry code and regression weight of samples, shape (n, Q + 2).

    Raises:
        ConfigurationError: The table has none.
    """
    names = samples.feature_names
    styles = [place for place, name in enumerate(names) if name.startswith(STYLE_PREFIX)]
    if INDUSTRY not in names or WEIGHT not in names or not styles:
        raise ConfigurationError(
            "loss=projected needs the risk model's exposures beside the daily inputs: run the "
            "risk pipeline, and read the table of images with features=all"
        )
    columns = [*styles, names.index(INDUSTRY), names.index(WEIGHT)]
    return np.ascontiguousarray(samples.features[samples.rows][:, columns])
