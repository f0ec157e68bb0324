"""The ledger's file only grows."""

import json

import pytest

from deep_alpha.datasets import LedgerDataset


@pytest.fixture
def file(tmp_path):
    return tmp_path / "report/ledger.jsonl"


@pytest.fixture
def ledger(file):
    return LedgerDataset(filepath=str(file))


def look(fit="f1", scores="s1", **others):
    return {"seen": "2026-01-01T00:00:00+00:00", "fold": "2020", "seed": 0, "valid_ic": 0.05} | {
        "fit": fit,
        "scores": scores,
        **others,
    }


def test_an_empty_ledger(ledger):
    assert not ledger.exists()
    assert ledger.load().empty
    ledger.save([])
    assert ledger.load().empty


def test_looks_come_back_oldest_first(ledger):
    ledger.save([look("f1"), look("f2")])
    ledger.save([look("f3")])
    assert list(ledger.load()["fit"]) == ["f1", "f2", "f3"]
    assert ledger.load().iloc[0].to_dict() == look("f1")


def test_a_known_look_is_not_written_again(ledger, file):
    ledger.save([look()])
    before = file.read_bytes()
    ledger.save([look(seen="2027-01-01T00:00:00+00:00", valid_ic=0.9)])
    assert file.read_bytes() == before


def test_older_lines_keep_their_bytes(ledger, file):
    ledger.save([look(valid_ic=0.123456789012345678)])
    before = file.read_bytes()
    ledger.save([look(scores="s2", another_column=1)])
    assert file.read_bytes().startswith(before)
    assert len(file.read_text().splitlines()) == 2


def test_figures_keep_all_their_digits(ledger):
    ledger.save([look(valid_ic=0.1 + 0.2)])
    assert ledger.load()["valid_ic"][0] == 0.1 + 0.2


@pytest.mark.parametrize("digest", ["12e45678", "1234567890123456", "0012"])
def test_a_fingerprint_that_looks_like_a_number_stays_a_name(ledger, digest):
    for _ in range(2):
        ledger.save([look(fit=digest, digest=digest)])
    assert list(ledger.load()["fit"]) == [digest]
    assert list(ledger.load()["digest"]) == [digest]
    assert list(ledger.load()["fold"]) == ["2020"]


def test_what_is_not_known_is_null(ledger, file):
    ledger.save([look(test_ic=None)])
    assert json.loads(file.read_text())["test_ic"] is None
    assert ledger.load()["test_ic"].isna().all()


def test_nothing_half_written_is_left(ledger, file):
    ledger.save([look()])
    assert [path.name for path in file.parent.iterdir()] == ["ledger.jsonl"]
    with pytest.raises(Exception, match="not JSON serializable"):
        ledger.save([look("f2", config=object())])
    assert list(ledger.load()["fit"]) == ["f1"]
