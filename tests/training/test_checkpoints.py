"""Checkpoints on disk."""

import json

import pytest
import torch
from torch import nn

from deep_alpha.training.checkpoints import CheckpointStore
from deep_alpha.training.optimisation import (
    adam,
    cosine_decay,
    exponential_decay,
    reduce_on_plateau,
    rmsprop,
    step_schedule,
)
from deep_alpha.training.randomness import seeded_generator
from deep_alpha.training.state import TrainingState
from deep_alpha.training.stopping import EarlyStopping

PLATEAU = reduce_on_plateau(0.5, 0, "min")


def new_state(fill=0.0, optimiser=adam, schedule=PLATEAU):
    network = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    nn.init.constant_(network[0].weight, fill)
    chosen = optimiser(0.1)(network.parameters())
    return TrainingState(
        network,
        chosen,
        schedule(chosen),
        EarlyStopping("rmse", "min", patience=3),
        {"shuffle": seeded_generator(0, "shuffle")},
    )


def train_one_epoch(state):
    epoch = len(state.history)
    rows = torch.randn(8, 2, generator=state.generators["shuffle"])
    loss = (state.network(rows) * rows[:, :1]).sum()
    state.optimiser.zero_grad()
    loss.backward()
    state.optimiser.step()
    if state.stopping.update(epoch, {"rmse": float(epoch)}):
        state.remember_best()
    step_schedule(state.scheduler, float(epoch))
    state.history.append({"epoch": epoch, "rmse": float(epoch)})


def store(folder, seed=0):
    return CheckpointStore(folder, {"seed": seed, "hidden": (64, 32)}, every_seconds=0)


@pytest.mark.parametrize("optimiser", [adam, rmsprop])
@pytest.mark.parametrize(
    "schedule",
    [PLATEAU, exponential_decay(0.1, 0.001, 5), cosine_decay(0.1, 0.001, 5)],
    ids=["plateau", "exponential", "cosine"],
)
def test_everything_comes_back(tmp_path, optimiser, schedule):
    state = new_state(0.0, optimiser, schedule)
    train_one_epoch(state)
    train_one_epoch(state)
    store(tmp_path).save(state)

    loaded = new_state(5.0, optimiser, schedule)
    assert store(tmp_path).restore(loaded)
    assert loaded.history == state.history
    assert json.dumps(loaded.values()) == json.dumps(state.values())
    for name, value in state.tensors().items():
        assert torch.equal(loaded.tensors()[name], value), name

    train_one_epoch(state)
    train_one_epoch(loaded)
    assert json.dumps(loaded.values()) == json.dumps(state.values())
    for name, value in state.tensors().items():
        assert torch.equal(loaded.tensors()[name], value), name


def test_only_the_newest_is_kept(tmp_path):
    state = new_state()
    for _ in range(3):
        train_one_epoch(state)
        store(tmp_path).save(state)
    assert [path.name for path in tmp_path.iterdir()] == ["epoch-000003"]


def test_nothing_stored_is_nothing_restored(tmp_path):
    assert not store(tmp_path / "new").restore(new_state())
    assert not store(None).restore(new_state())


def test_another_fit_is_not_continued(tmp_path):
    state = new_state()
    train_one_epoch(state)
    store(tmp_path, seed=0).save(state)
    assert not store(tmp_path, seed=1).restore(new_state())


def test_a_kill_while_writing_leaves_the_checkpoint_before(tmp_path, monkeypatch):
    state = new_state()
    train_one_epoch(state)
    store(tmp_path).save(state)
    train_one_epoch(state)

    def killed(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(json, "dumps", killed)
    with pytest.raises(KeyboardInterrupt):
        store(tmp_path).save(state)
    monkeypatch.undo()
    loaded = new_state()
    assert store(tmp_path).restore(loaded)
    assert len(loaded.history) == 1


def test_not_more_often_than_asked_for(tmp_path):
    state = new_state()
    train_one_epoch(state)
    CheckpointStore(tmp_path, {}, every_seconds=3600).save(state)
    assert not list(tmp_path.iterdir())
