"""Records that need not be there."""

from __future__ import annotations

from deep_alpha.datasets import OptionalRecords


def test_records_that_were_never_made_are_none(tmp_path):
    assert OptionalRecords(filepath=str(tmp_path / "none.json")).load() == []


def test_records_come_back_as_they_were_saved(tmp_path):
    dataset = OptionalRecords(filepath=str(tmp_path / "records.json"))
    dataset.save([{"model": "alphanet_v4", "seed": 1}])
    assert dataset.load() == [{"model": "alphanet_v4", "seed": 1}]
