"""One day's projection off country, industries and styles (SPEC 2.6, 001-F3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deep_alpha.errors import PanelError
from deep_alpha.kernels.cross_section import COLLINEAR, CONSTANT

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Projection:
    """The operator M = I − X (X′WX)⁻¹ X′W of one day, to be applied many times.

    X holds industries and styles; the country is the sum of the industries. M is stored as
    an orthonormal basis B of √W X, so that M = I − √W⁻¹ B B′ √W.

    Args:
        basis: Shape (N, K), B′B = I; rows of names outside are 0. K is the rank of X.
        root_weight: Shape (N,), √W; 0 for names outside.
        inside: Shape (N,), names with all exposures, an industry and a positive weight.
    """

    basis: FloatArray
    root_weight: FloatArray
    inside: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        exposures: NDArray[Any],
        industry: NDArray[Any],
        weight: NDArray[Any] | None = None,
    ) -> Projection:
        """Build the projection of a day.

        Args:
            exposures: Shape (N, Q); names with a NaN are outside.
            industry: Shape (N,), codes from 0; names with -1 or NaN are outside.
            weight: Shape (N,), the diagonal of W, √cap for instance; names without a
                positive weight are outside. None for equal weights.

        Raises:
            PanelError: Shapes do not agree, or a value is infinite.
        """
        styles = np.asarray(exposures, dtype=np.float64)
        if styles.ndim != 2:
            raise PanelError(f"exposures must be (names, styles), not of shape {styles.shape}")
        codes = np.asarray(industry, dtype=np.float64)
        weights = np.ones(len(styles)) if weight is None else np.asarray(weight, dtype=np.float64)
        for name, values in (("industry", codes), ("weight", weights)):
            if values.shape != (len(styles),):
                raise PanelError(
                    f"{name} must be of shape {(len(styles),)} as exposures, not {values.shape}"
                )
        for name, values in (("exposures", styles), ("industry", codes), ("weight", weights)):
            infinite = np.argwhere(np.isinf(values))
            if len(infinite):
                raise PanelError(f"{name}: infinite at name {infinite[0][0]}")
        known = ~np.isnan(styles).any(axis=1)
        inside: NDArray[np.bool_] = known & (codes >= 0) & (weights > 0)
        root = np.sqrt(np.where(inside, weights, 0.0))
        basis = np.zeros((len(styles), 0))
        if inside.any():
            own = _orthonormal(styles[inside], codes[inside], root[inside])
            basis = np.zeros((len(styles), own.shape[1]))
            basis[inside] = own
        return cls(basis, root, inside)

    def explained(self, values: NDArray[Any]) -> FloatArray:
        """What industries and styles explain, P v.

        Args:
            values: Shape (N,) or (N, K), finite for the names inside.

        Returns:
            Shape of ``values``; NaN for names outside.

        Raises:
            PanelError: The shape does not fit, or a name inside has no finite value: a
                projection off fewer names is another projection.
        """
        given = np.asarray(values, dtype=np.float64)
        if given.ndim not in (1, 2) or len(given) != len(self.inside):
            raise PanelError(
                f"values must be ({len(self.inside)},) or ({len(self.inside)}, K), "
                f"not of shape {given.shape}"
            )
        table = given[:, None] if given.ndim == 1 else given
        unknown = np.flatnonzero(self.inside & ~np.isfinite(table).all(axis=1))
        if len(unknown):
            raise PanelError(
                f"no finite value for name {unknown[0]}, which is inside the projection; "
                "build the projection from the names that have values"
            )
        result = np.full(table.shape, np.nan)
        root = self.root_weight[self.inside, None]
        basis = self.basis[self.inside]
        result[self.inside] = basis @ (basis.T @ (root * table[self.inside])) / root
        return result.reshape(given.shape)

    def residual(self, values: NDArray[Any]) -> FloatArray:
        """What industries and styles leave, M v; arguments and errors as of ``explained``."""
        return np.asarray(values, dtype=np.float64) - self.explained(values)


def _orthonormal(styles: FloatArray, codes: FloatArray, root: FloatArray) -> FloatArray:
    """Orthonormal basis of √W X, a style at a time; collinear styles leave no column.

    A style is collinear by the rule of :func:`deep_alpha.risk.fit_cross_sections`.
    """
    _, place = np.unique(codes, return_inverse=True)
    members = np.zeros((len(codes), place.max() + 1))
    members[np.arange(len(codes)), place] = root
    columns = list((members / np.linalg.norm(members, axis=0)).T)
    country = root / np.linalg.norm(root)
    for style in styles.T:
        column = root * style
        square = column @ column
        column = column - country * (country @ column)
        spread = column @ column
        if spread <= CONSTANT * square:
            continue
        known = np.array(columns)
        # Once is not enough for orthogonality in floating point, twice is.
        for _ in range(2):
            column = column - known.T @ (known @ column)
        left = column @ column
        if left > COLLINEAR * spread:
            columns.append(column / np.sqrt(left))
    return np.array(columns).T
