"""The training loop, on a small regression whose validation can be scripted."""

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import nn

from deep_alpha.errors import TrainingError
from deep_alpha.models.contract import FitContext
from deep_alpha.training.fit import FitPlan, fit_network
from deep_alpha.training.optimisation import (
    adam,
    cosine_decay,
    exponential_decay,
    reduce_on_plateau,
    rmsprop,
)
from deep_alpha.training.randomness import Dropout, seeded_generator
from deep_alpha.training.task import Task

ROWS, BATCH = 40, 10


class Regression(Task):
    """A linear target; ``script`` replaces the validation's metric epoch by epoch."""

    def __init__(self, script=None, device="cpu"):
        generator = torch.Generator().manual_seed(0)
        self.features = torch.randn(ROWS, 3, generator=generator).to(device)
        self.target = self.features.sum(1)
        self.script = script
        self.weights = []
        self.losses = 0
        self.fail_at = None
        self.before_epoch = lambda: None

    samples = ROWS
    batches_per_epoch = ROWS // BATCH

    def batches(self, epoch, generator):
        self.before_epoch()
        order = torch.randperm(ROWS, generator=generator, device=generator.device)
        for number, index in enumerate(order.split(BATCH)):
            if (epoch, number) == self.fail_at:
                raise KeyboardInterrupt
            yield index

    def count(self, batch):
        return len(batch)

    def loss(self, network, batch):
        self.losses += 1
        return (network(self.features[batch])[:, 0] - self.target[batch]).square().mean()

    def validate(self, network):
        assert not network.training
        epoch = len(self.weights)
        self.weights.append({k: v.clone() for k, v in network.state_dict().items()})
        error = (network(self.features)[:, 0] - self.target).square().mean().sqrt().item()
        return {"rmse": error if self.script is None else self.script[epoch]}


def network(seed=0):
    layers = nn.Sequential(
        nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), Dropout(0.2), nn.Linear(8, 1)
    )
    for parameter in layers.parameters():
        nn.init.uniform_(parameter, -0.5, 0.5, generator=seeded_generator(seed, "initialisation"))
    return layers


def plan(**changes):
    settings = {
        "max_epochs": 6,
        "metric": "rmse",
        "mode": "min",
        "patience": 10,
        "optimiser": adam(0.01),
    }
    return FitPlan(**settings | changes)


def fit(seed=0, task=None, context=None, **changes):
    """Fit a fresh network; returns it, its result and its weights as one vector."""
    fitted = network(seed)
    result = fit_network(
        fitted, task or Regression(), plan(**changes), seed, context or FitContext()
    )
    return fitted, result, torch.cat([value.flatten() for value in fitted.state_dict().values()])


def metrics(result):
    return [{k: v for k, v in record.items() if k != "seconds"} for record in result.history]


def test_learns_and_tells_its_history():
    fitted, result, _ = fit(max_epochs=60, patience=60)
    assert result.history[-1]["rmse"] < 0.5 * result.history[0]["rmse"]
    assert [record["epoch"] for record in result.history] == list(range(60))
    assert set(result.history[0]) == {"epoch", "loss", "rmse", "learning_rate", "seconds"}
    assert result.seconds == sum(record["seconds"] for record in result.history)
    assert result.samples_per_second == pytest.approx(60 * ROWS / result.seconds)
    assert not fitted.training


def test_stops_early_and_restores_the_best_epoch():
    task = Regression(script=[3.0, 2.0, 1.0, 1.5, 1.2, 1.1, 0.1])
    fitted, result, _ = fit(task=task, max_epochs=7, patience=3)
    assert (result.best_epoch, result.best_value, len(result.history)) == (2, 1.0, 6)
    for name, value in fitted.state_dict().items():
        assert torch.equal(value, task.weights[2][name])
    assert not torch.equal(fitted[0].weight, task.weights[5]["0.weight"])


def test_reduces_the_learning_rate_on_a_plateau():
    task = Regression(script=[1.0, 2.0, 2.0, 2.0, 2.0, 2.0])
    _, result, _ = fit(task=task, scheduler=reduce_on_plateau(0.7, 2, "min"))
    rates = [record["learning_rate"] for record in result.history]
    assert rates == pytest.approx([0.01, 0.01, 0.01, 0.01, 0.007, 0.007])


def test_decays_the_learning_rate_from_first_to_last():
    _, result, _ = fit(optimiser=adam(1e-3), scheduler=exponential_decay(1e-3, 1e-7, 5))
    rates = [record["learning_rate"] for record in result.history]
    assert rates[:5] == pytest.approx([1e-3, 1e-4, 1e-5, 1e-6, 1e-7])


def test_decays_the_learning_rate_along_a_cosine():
    _, result, _ = fit(optimiser=adam(0.1), scheduler=cosine_decay(0.1, 0.02, 5))
    rates = [record["learning_rate"] for record in result.history]
    # 0.06 + 0.04 cos of 0°, 45°, 90°, 135°, 180°; the sixth epoch keeps the last rate.
    step = 0.04 * math.sqrt(0.5)
    assert rates == pytest.approx([0.1, 0.06 + step, 0.06, 0.06 - step, 0.02, 0.02])


def test_epochs_that_are_always_run():
    script = [1.0, 2.0, 3.0, 0.5, 4.0, 5.0]
    _, result, _ = fit(task=Regression(script), patience=1)
    assert (len(result.history), result.best_epoch) == (2, 0)
    _, result, _ = fit(task=Regression(script), patience=1, min_epochs=3)
    assert (len(result.history), result.best_epoch) == (3, 0)
    # A better epoch within them starts the patience anew.
    _, result, _ = fit(task=Regression(script), patience=1, min_epochs=4)
    assert (len(result.history), result.best_epoch, result.best_value) == (5, 3, 0.5)


def test_rmsprop_learns():
    _, result, _ = fit(optimiser=rmsprop(0.01), max_epochs=60, patience=60)
    assert result.history[-1]["rmse"] < 0.5 * result.history[0]["rmse"]


def test_clips_the_gradient():
    norms = []

    class Step(torch.optim.SGD):
        def step(self, closure=None):
            gradients = [p.grad.flatten() for g in self.param_groups for p in g["params"]]
            norms.append(torch.cat(gradients).norm().item())
            return super().step(closure)

    fit(optimiser=lambda parameters: Step(parameters, lr=0.01))
    assert max(norms) > 1.0
    norms.clear()
    fit(clip_norm=0.5, optimiser=lambda parameters: Step(parameters, lr=0.01))
    assert max(norms) == pytest.approx(0.5, rel=1e-4)


def test_stops_at_a_loss_that_is_not_finite():
    task = Regression()
    task.target[17] = math.nan
    order = torch.randperm(ROWS, generator=seeded_generator(3, "shuffle"))
    batch = order.tolist().index(17) // BATCH
    with pytest.raises(TrainingError) as error:
        fit(seed=3, task=task, context=FitContext(label="mlp/fold 0"))
    assert str(error.value).startswith(
        f"mlp/fold 0: the loss is nan in epoch 0, batch {batch} (both counted from 0);"
    )


def test_one_seed_gives_the_same_bits_whatever_the_process_drew():
    torch.manual_seed(1)
    first = fit(seed=5)
    torch.manual_seed(2)
    torch.rand(7)
    second = fit(seed=5)
    assert torch.equal(first[2], second[2])
    assert metrics(first[1]) == metrics(second[1])
    assert not torch.equal(first[2], fit(seed=6)[2])


def test_a_fit_draws_nothing_from_the_process():
    fitted = network()
    before = torch.get_rng_state()
    fit_network(fitted, Regression(), plan(), 0, FitContext())
    assert torch.equal(torch.get_rng_state(), before)


def test_a_fit_inside_another_changes_neither():
    alone = fit(seed=1)[2], fit(seed=2)[2]
    inner = []
    task = Regression()
    task.before_epoch = lambda: inner.append(fit(seed=2)[2])
    outer = fit(seed=1, task=task)[2]
    assert torch.equal(outer, alone[0])
    assert all(torch.equal(weights, alone[1]) for weights in inner)


def test_fits_in_two_threads_change_neither():
    alone = [fit(seed=seed)[2] for seed in (1, 2)]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda seed: fit(seed=seed)[2], (1, 2) * 3))
    for position, weights in enumerate(together):
        assert torch.equal(weights, alone[position % 2])


@pytest.mark.parametrize("fail_at", [(0, 2), (1, 0), (4, 3)])
@pytest.mark.parametrize(
    ("optimiser", "scheduler"),
    [
        (adam(0.01), reduce_on_plateau(0.5, 0, "max")),
        (adam(0.01), exponential_decay(0.01, 0.0001, 6)),
        (rmsprop(0.01), cosine_decay(0.01, 0.0001, 6)),
    ],
    ids=["plateau", "exponential", "rmsprop-cosine"],
)
def test_an_interrupted_fit_ends_with_the_same_bits(tmp_path, optimiser, scheduler, fail_at):
    changes = {"optimiser": optimiser, "scheduler": scheduler, "max_epochs": 6}
    context = FitContext(checkpoint=tmp_path, settings={"checkpoint_seconds": 0.0})
    whole = fit(seed=4, **changes)

    interrupted = Regression()
    interrupted.fail_at = fail_at
    with pytest.raises(KeyboardInterrupt):
        fit(seed=4, task=interrupted, context=context, **changes)
    rerun = Regression()
    resumed = fit(seed=4, task=rerun, context=context, **changes)

    assert rerun.losses == (6 - fail_at[0]) * Regression.batches_per_epoch
    assert torch.equal(resumed[2], whole[2])
    assert metrics(resumed[1]) == metrics(whole[1])
    assert resumed[1].best_epoch == whole[1].best_epoch


def test_a_finished_fit_is_not_run_again(tmp_path):
    context = FitContext(checkpoint=tmp_path, settings={"checkpoint_seconds": 0.0})
    script = [1.0, 2.0, 2.0]
    first = fit(task=Regression(script), context=context, patience=2)
    rerun = Regression(script)
    second = fit(task=rerun, context=context, patience=2)
    assert rerun.losses == 0
    assert torch.equal(first[2], second[2])


def test_another_seed_or_plan_does_not_continue_a_checkpoint(tmp_path):
    context = FitContext(checkpoint=tmp_path, settings={"checkpoint_seconds": 0.0})
    fit(seed=1, context=context)
    assert torch.equal(fit(seed=2, context=context)[2], fit(seed=2)[2])
    rerun = Regression()
    fit(seed=2, task=rerun, context=context, identity={"learning_rate": 0.02})
    assert rerun.losses == 6 * Regression.batches_per_epoch


def test_bf16_keeps_float32_weights_and_learns():
    context = FitContext(settings={"precision": "bf16"})
    fitted, result, _ = fit(max_epochs=40, context=context)
    assert fitted[0].weight.dtype == torch.float32
    assert result.history[-1]["rmse"] < 0.7 * result.history[0]["rmse"]


def test_threads_are_those_of_the_context():
    torch.set_num_threads(2)
    seen = []
    task = Regression()
    task.before_epoch = lambda: seen.append(torch.get_num_threads())
    fit(task=task, context=FitContext(threads=1))
    assert set(seen) == {1}
    assert torch.get_num_threads() == 2


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_the_same_loop_runs_on_a_gpu():
    fitted, result, _ = fit(
        task=Regression(device="cuda"), context=FitContext(device="cuda"), max_epochs=40
    )
    assert fitted[0].weight.is_cuda
    assert result.history[-1]["rmse"] < 0.7 * result.history[0]["rmse"]
