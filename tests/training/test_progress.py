"""The progress bar of a fit."""

import io

from rich.console import Console

from deep_alpha.training.progress import FitProgress
from deep_alpha.training.stopping import EarlyStopping


def show(shown):
    console = Console(file=io.StringIO(), force_terminal=True, width=140)
    stopping = EarlyStopping("ic", "max", patience=5)
    with FitProgress("mlp · fold 3", 200, shown, console) as progress:
        for epoch, ic in enumerate([0.05, 0.08, 0.06]):
            progress.batch(epoch + 0.5)
            stopping.update(epoch, {"ic": ic})
            progress.epoch({"epoch": epoch, "ic": ic}, stopping)
    return console.file.getvalue()


def test_shows_label_epoch_metric_and_time_left():
    text = show(shown=True)
    for part in ("mlp · fold 3", "epoch 3/200", "ic 0.0600 (best 0.0800 in epoch 2)", "at most"):
        assert part in text


def test_is_silent_by_default():
    assert show(shown=False) == ""
