"""Jobs of which some can not go on: the others do."""

from __future__ import annotations

import logging

import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.training.attempts import attempt_jobs
from deep_alpha.training.executors import ProcessExecutor, SerialExecutor
from tests.training.small_walk import jobs, lay

COUNTING = "tests.training.scripted_models.CountingModel"
FAILING = "tests.training.scripted_models.TwoColumns"


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return lay(tmp_path_factory.mktemp("market"))


def mixed(stored, root):
    """Two jobs that finish around one that does not."""
    config = {"log": str(root / "log")}
    good = jobs(stored, root / "good", COUNTING, config)
    bad = jobs(stored, root / "bad", FAILING, config)
    return [good[0], bad[0], good[1]]


@pytest.mark.parametrize("executor", [SerialExecutor(), ProcessExecutor(1)])
def test_a_fit_that_can_not_go_on_stops_no_other(stored, tmp_path, executor, caplog):
    asked = mixed(stored, tmp_path)
    with caplog.at_level(logging.WARNING):
        found = attempt_jobs("all", asked, executor)
    assert [one.job for one in found] == asked
    assert [one.result is None for one in found] == [False, True, False]
    assert [one.failure == "" for one in found] == [True, False, True]
    assert "predict gave scores of shape" in found[1].failure
    assert "did not finish: model · fold 2020-06 · seed 0: predict gave" in caplog.text
    assert not (tmp_path / "bad" / "2020-06" / "seed0").exists()


def test_what_no_fit_is_asked_for_stops_the_run(stored, tmp_path):
    impossible = jobs(stored, tmp_path, "deep_alpha.models.mlp.MLP", {"clip": "all",
                      "target": "return"})  # fmt: skip
    with pytest.raises(ConfigurationError, match="leaks by design"):
        attempt_jobs("all", impossible, SerialExecutor())
