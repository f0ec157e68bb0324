"""Digests of data by day: the basis of fingerprints.

A digest is kept for each day, so that "the inputs up to this date" has a name that a
later day of data does not change.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

DayDigests = NDArray[np.uint64]


def name_hashes(names: NDArray[Any]) -> NDArray[np.uint64]:
    """A stable 64-bit hash of each name, independent of its position."""
    return np.array(
        [
            int.from_bytes(hashlib.blake2b(str(name).encode(), digest_size=8).digest(), "little")
            for name in names
        ],
        dtype=np.uint64,
    )


def day_digests(columns: Sequence[NDArray[Any]], offsets: NDArray[np.int64]) -> DayDigests:
    """One 64-bit digest for each day's rows.

    Args:
        columns: Arrays with one entry (or row of entries) for each row, sorted by day.
        offsets: Shape (days + 1,); rows of day k are ``offsets[k]:offsets[k + 1]``.

    Returns:
        Shape (days,), uint64.
    """
    result = np.zeros(len(offsets) - 1, dtype=np.uint64)
    for day, (start, stop) in enumerate(itertools.pairwise(offsets)):
        digest = hashlib.blake2b(digest_size=8)
        for column in columns:
            digest.update(np.ascontiguousarray(column[start:stop]).data)
        result[day] = int.from_bytes(digest.digest(), "little")
    return result


def combine(*parts: Any) -> str:
    """One hexadecimal digest of arrays, strings and numbers, in order."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        content = (
            np.ascontiguousarray(part).tobytes()
            if isinstance(part, np.ndarray)
            else repr(part).encode()
        )
        digest.update(len(content).to_bytes(8, "little"))
        digest.update(content)
    return digest.hexdigest()
