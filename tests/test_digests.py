"""Digests by day: stable, and sensitive to exactly what they cover."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from deep_alpha.digests import combine, day_digests, name_hashes

OFFSETS = np.array([0, 2, 2, 5])


def columns() -> list[np.ndarray]:
    keys = np.array([3, 7, 3, 5, 7], dtype=np.uint64)
    return [keys, np.arange(10, dtype=np.float32).reshape(5, 2)]


def test_a_day_digest_is_blake2b_of_its_rows_by_column():
    keys, values = columns()
    found = day_digests([keys, values], OFFSETS)
    assert found.dtype == np.uint64
    expected = [
        hashlib.blake2b(keys[span].tobytes() + values[span].tobytes(), digest_size=8).digest()
        for span in (slice(0, 2), slice(2, 2), slice(2, 5))
    ]
    assert found.tolist() == [int.from_bytes(digest, "little") for digest in expected]


@pytest.mark.parametrize(("row", "day"), [(0, 0), (1, 0), (2, 2), (4, 2)])
@pytest.mark.parametrize("column", [0, 1])
def test_a_changed_value_changes_its_day_and_no_other(row, day, column):
    before = day_digests(columns(), OFFSETS)
    changed = columns()
    changed[column][row] += 1
    after = day_digests(changed, OFFSETS)
    assert np.flatnonzero(after != before).tolist() == [day]


def test_rows_in_another_order_are_another_day():
    keys, values = columns()
    swapped = [keys[[1, 0, 2, 3, 4]], values[[1, 0, 2, 3, 4]]]
    assert day_digests(swapped, OFFSETS)[0] != day_digests(columns(), OFFSETS)[0]


def test_views_memory_maps_and_layouts_do_not_matter(tmp_path):
    keys, values = columns()
    expected = day_digests([keys, values], OFFSETS).tolist()
    np.save(tmp_path / "values.npy", values)
    mapped = np.load(tmp_path / "values.npy", mmap_mode="r")
    wide = np.zeros((5, 4), dtype=np.float32)
    wide[:, ::2] = values
    for same in (mapped, np.asfortranarray(values), wide[:, ::2]):
        assert day_digests([keys, same], OFFSETS).tolist() == expected


def test_a_name_has_one_hash_wherever_it_stands():
    ahead, behind = name_hashes(np.array(["A", "B", "C"])), name_hashes(np.array(["C", "B"]))
    assert ahead.dtype == np.uint64
    assert ahead[[2, 1]].tolist() == behind.tolist()
    assert len(set(ahead.tolist())) == 3
    objects = np.array(["A", "B", "C"], dtype=object)
    assert name_hashes(objects).tolist() == ahead.tolist()
    assert int(ahead[0]) == int.from_bytes(hashlib.blake2b(b"A", digest_size=8).digest(), "little")


def test_combined_parts_are_told_apart():
    numbers = np.array([1, 2, 3], dtype=np.uint64)
    known = [
        combine("ab", "c"),
        combine("a", "bc"),
        combine("c", "ab"),
        combine("abc"),
        combine(numbers),
        combine(numbers[:2], numbers[2:]),
        combine(numbers[::-1]),
        combine(1),
        combine("1"),
        combine(1.0),
        combine(),
    ]
    assert len(set(known)) == len(known)
    assert all(len(digest) == 32 for digest in known)
    assert combine("ab", numbers, 1) == combine("ab", numbers.copy(), 1)
