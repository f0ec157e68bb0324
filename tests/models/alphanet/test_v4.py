"""AlphaNetV4 against a loop, and each of its switches."""

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.alphanet.branches import Branch
from deep_alpha.models.alphanet.v4 import (
    V4_BRANCHES,
    V4_TABLE34_BRANCHES,
    AlphaNetV4,
    AlphaNetV4Settings,
)
from deep_alpha.models.contract import FitContext
from deep_alpha.training.fit import FitPlan, fit_network
from deep_alpha.training.losses import squared_error
from deep_alpha.training.optimisation import adam
from deep_alpha.training.randomness import reject_global_randomness, use_generator
from deep_alpha.training.rows import RowBatch, RowTask, RowValidation
from tests.models.alphanet import oracles
from tests.models.alphanet.oracles import count_parameters, generator, samples, spread_weights

COLUMNS = 6
SHORT = tuple(Branch(window=window, steps=5, stride=1) for window in (10, 2, 5))
STILL = {"encoder_dropout": 0.0, "recurrent_dropout": 0.0}


def network(columns=COLUMNS, branches=SHORT, seed=0, **changes):
    return AlphaNetV4(columns, branches, AlphaNetV4Settings(**changes), generator(seed))


def slow_scores(net, values):
    """SPEC 2.5 with batch statistics and without dropout, float64; the encoders are ours."""
    settings, m = net.settings, net.columns
    features = oracles.batch_norm(values.double().numpy()[..., : len(net.norm.weight)], net.norm)
    hidden = oracles.bidirectional_lstm(features[..., :m], net.recurrent)
    total = hidden
    if settings.residual:
        total = oracles.batch_norm(hidden, net.hidden_norm) if settings.hidden_norm else hidden
        for branch, encoder in enumerate(net.encoders, start=1):
            part = torch.from_numpy(features[..., branch * m : (branch + 1) * m]).float()
            total = total + encoder(part).detach().double().numpy()
    states = oracles.batch_norm(total, net.sum_norm)
    chosen = states[:, -1]
    if settings.attention:
        ends = np.concatenate([hidden[:, -1, :m], hidden[:, 0, m:]], axis=1)
        weights = oracles.attention_weights(hidden, ends, net.attention)
        chosen = np.array([weights[n] @ states[n] for n in range(len(states))])
    score = oracles.linear(chosen, net.head)
    if settings.output == "leaky":
        score = np.where(score > 0, score, settings.slope * score)
    return score


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"widen": "project"},
        {"positional": False},
        {"attention": False},
        {"residual": False},
        {"hidden_norm": False},
        {"output": "linear"},
        {"slope": 0.1},
        {"residual": False, "attention": False, "hidden_norm": False},
    ],
    ids=str,
)
def test_scores_are_those_of_a_slow_recomputation(changes):
    net = spread_weights(network(**STILL, **changes))
    values = samples(SHORT, COLUMNS)
    expected = slow_scores(net, values)
    np.testing.assert_allclose(net(values).detach(), expected, atol=2e-5)


def test_negative_scores_are_shrunk_unless_the_output_is_linear():
    linear, leaky = (network(output=output).eval() for output in ("linear", "leaky"))
    scores = linear(samples(SHORT, COLUMNS, count=50))
    assert scores.min() < -0.01 < 0.01 < scores.max()
    expected = torch.where(scores > 0, scores, 0.3 * scores)
    torch.testing.assert_close(leaky(samples(SHORT, COLUMNS, count=50)), expected)


@pytest.mark.parametrize("widen", ["stack_concat", "project"])
@pytest.mark.parametrize("columns", [36, 69, 103])
def test_any_number_of_columns_fits(columns, widen):
    net = network(columns, V4_BRANCHES, widen=widen).eval()
    assert net(samples(V4_BRANCHES, columns, count=2)).shape == (2, 1)
    if widen == "stack_concat":
        heads = {36: 4, 69: 3, 103: 1}[columns]
        assert {each.first.heads for each in net.encoders} == {heads}
        assert net.encoders[0].first.merge.in_features == columns


def by_hand(m, windows, size=64):
    norms = 2 * (windows * m + 2 * m + 2 * m)
    lstm = 2 * (4 * m * (m + m) + 2 * 4 * m)
    attention = 2 * size * 2 * m + 2 * size
    layer = 4 * m * (m + 1) + 4 * m * (m + 1) + m * (4 * m + 1) + 4 * m
    return norms + lstm + attention + (2 * m + 1) + 2 * (windows - 1) * layer


@pytest.mark.parametrize("m", [36, 69, 103])
def test_parameter_counts(m):
    assert count_parameters(network(m, V4_BRANCHES)) == by_hand(m, 4)
    assert count_parameters(network(m, V4_TABLE34_BRANCHES)) == by_hand(m, 3)


def test_the_papers_size_is_that_of_the_pilot():
    assert count_parameters(network(103, V4_BRANCHES)) == 971_625
    assert count_parameters(network(103, V4_BRANCHES, widen="project")) == 3_335_475


def test_both_directions_end_where_the_lstm_does():
    net = network().eval()
    hidden, _ = net._parts(samples(SHORT, COLUMNS))
    primary = net.norm(samples(SHORT, COLUMNS))[..., :COLUMNS]
    _, (last, _) = net.recurrent(primary)
    torch.testing.assert_close(net._ends(hidden), torch.cat([last[0], last[1]], dim=1))


def test_the_order_of_the_steps_is_seen():
    net, values = network().eval(), samples(SHORT, COLUMNS)
    assert (net(values) - net(values.flip(1))).abs().max() > 1e-3


def test_without_a_residual_the_auxiliary_windows_are_not_read():
    values = samples(SHORT, COLUMNS)
    changed = values.clone()
    changed[..., COLUMNS:] = 0.0
    alone, whole = network(residual=False).eval(), network().eval()
    assert torch.equal(alone(values), alone(changed))
    assert not torch.equal(whole(values), whole(changed))
    assert count_parameters(alone) < count_parameters(whole)


def test_a_single_branch_has_no_encoders():
    net = network(branches=SHORT[:1])
    assert len(net.encoders) == 0
    assert net.eval()(samples(SHORT[:1], COLUMNS)).shape == (5, 1)


def test_daily_norms_use_the_days_own_statistics():
    values = samples(SHORT, COLUMNS, count=30)
    running, daily = network(**STILL), network(bn="daily", **STILL)
    daily.load_state_dict(running.state_dict())
    torch.testing.assert_close(daily.eval()(values), running.train()(values))
    assert (running.eval()(values) - daily(values)).abs().max() > 1e-3
    # A score then depends on the day's other names.
    assert (daily(values[:10]) - daily(values)[:10]).abs().max() > 1e-4
    torch.testing.assert_close(running(values[:10]), running(values)[:10])


@pytest.mark.parametrize(
    "rates", [{"encoder_dropout": 0.0}, {"recurrent_dropout": 0.0}], ids=["recurrent", "encoder"]
)
def test_dropout_acts_while_training_only(rates):
    net, values = network(**rates), samples(SHORT, COLUMNS)
    use_generator(net, generator(4))
    assert not torch.equal(net(values), net(values))
    net.eval()
    assert torch.equal(net(values), net(values))


def test_recurrent_dropout_falls_on_the_lstms_input_and_output():
    net, values = network(encoder_dropout=0.0, recurrent_dropout=0.5), samples(SHORT, COLUMNS)
    seen = []
    net.recurrent.register_forward_hook(lambda _, given, result: seen.append((given, result)))
    use_generator(net, generator(4))
    hidden, _ = net._parts(values)
    ((given,), (result, _)) = seen[0]
    assert (given == 0).float().mean().item() == pytest.approx(0.5, abs=0.15)
    dropped = hidden == 0
    assert dropped.float().mean().item() == pytest.approx(0.5, abs=0.12)
    torch.testing.assert_close(hidden[~dropped], 2 * result[~dropped])


@pytest.mark.parametrize(
    "changes",
    [{}, {"widen": "project"}, {"attention": False}, {"residual": False}, {"hidden_norm": False}],
    ids=str,
)
def test_gradients_reach_every_parameter(changes):
    net = network(**changes).double()
    use_generator(net, generator(4))
    (net(samples(SHORT, COLUMNS, count=40).double()) - 1).square().sum().backward()
    # The last norm takes out what these add to all steps of all samples.
    shifts = ("hidden_norm.bias", "second.feed_forward_norm.bias")
    for name, parameter in net.named_parameters():
        largest = parameter.grad.abs().max()
        assert largest < 1e-12 if name.endswith(shifts) else largest > 1e-5, name


def test_one_seed_gives_one_network_without_the_process_generator():
    before = torch.get_rng_state()
    first, second, other = network(seed=1), network(seed=1), network(seed=2)
    assert torch.equal(torch.get_rng_state(), before)
    reject_global_randomness(first)
    for name, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[name]), name
    assert not torch.equal(first.recurrent.weight_hh_l0, other.recurrent.weight_hh_l0)
    assert first.head.weight.abs().max() <= 0.1


def test_no_two_layers_start_equal():
    net = network()
    kinds = [each for encoder in net.encoders for each in (encoder.first, encoder.second)]
    assert len({layer.project.weight.flatten()[0].item() for layer in kinds}) == 4


def test_statistics_stay_float32_under_autocast():
    net, values = network(36, **STILL), samples(SHORT, 36, count=50)
    exact = network(36, **STILL)
    exact_scores = exact(values)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = net(values)
    assert scores.dtype == torch.float32
    torch.testing.assert_close(scores, exact_scores, atol=0.03, rtol=0)
    for name, value in net.named_buffers():
        assert value.dtype == torch.float32, name
    torch.testing.assert_close(net.norm.running_var, exact.norm.running_var)


def test_gradients_under_autocast_point_the_same_way():
    values = samples(SHORT, 36, count=50)
    gradients = []
    for enabled in (False, True):
        net = network(36, **STILL)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            loss = (net(values) - values[:, 0, :1]).square().mean()
        loss.backward()
        gradients.append(torch.cat([parameter.grad.flatten() for parameter in net.parameters()]))
    assert torch.cosine_similarity(*gradients, dim=0).item() > 0.99


def test_diagnostics_are_the_parts_variances_and_the_attentions_entropy():
    net, values = spread_weights(network(**STILL)), samples(SHORT, COLUMNS)
    features = oracles.batch_norm(values.double().numpy(), net.norm)
    hidden = oracles.bidirectional_lstm(features[..., :COLUMNS], net.recurrent)
    encoded = sum(
        encoder(torch.from_numpy(part).float()).detach().double().numpy()
        for encoder, part in zip(net.encoders, np.split(features, 3, axis=2)[1:], strict=True)
    )
    ends = np.concatenate([hidden[:, -1, :COLUMNS], hidden[:, 0, COLUMNS:]], axis=1)
    weights = oracles.attention_weights(hidden, ends, net.attention)
    assert net.diagnostics(values) == pytest.approx(
        {
            "hidden_variance": hidden.var(),
            "encoded_variance": encoded.var(),
            "attention_entropy": -(weights * np.log(weights)).sum(axis=1).mean(),
        },
        rel=1e-4,
    )


def test_fresh_attention_is_nearly_uniform():
    net = network(36, V4_BRANCHES).eval()
    found = net.diagnostics(samples(V4_BRANCHES, 36))
    assert 0.97 * math.log(20) < found["attention_entropy"] <= math.log(20)
    assert found["encoded_variance"] > 50 * found["hidden_variance"]


def test_diagnostics_leave_out_what_is_not_there():
    net = network(attention=False, residual=False).eval()
    assert net.diagnostics(samples(SHORT, COLUMNS)).keys() == {"hidden_variance"}


def planted(count, seed):
    """The score is in the primary window's latest step and an auxiliary window's oldest."""
    values = torch.randn(count, 5, 3 * COLUMNS, generator=generator(seed))
    target = (values[:, -1, 0] + values[:, 0, COLUMNS]) / math.sqrt(2)
    return RowBatch(values, target)


def test_learns_a_pattern_of_two_windows_in_the_projects_own_loop():
    train, valid = planted(2000, seed=1), planted(500, seed=2)
    offsets = np.arange(0, 501, 100)
    answer = valid.target.numpy()
    validation = RowValidation(valid.features, answer, answer, offsets, 500)
    task = RowTask(train, validation, squared_error, 100)
    plan = FitPlan(6, "ic", "max", 6, adam(1e-2, 0.0), clip_norm=1.0)
    result = fit_network(network(), task, plan, seed=0, context=FitContext())
    # Either window alone allows about 0.7.
    assert result.history[-1]["ic"] > 0.85
    assert result.history[0]["loss"] > 2 * result.history[-1]["loss"]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("changes", [{}, {"widen": "project"}, {"bn": "daily"}], ids=str)
def test_scores_on_a_gpu_are_those_on_a_cpu(changes):
    net, values = network(36, V4_BRANCHES, **changes).eval(), samples(V4_BRANCHES, 36, count=50)
    expected = net(values)
    torch.testing.assert_close(net.cuda()(values.cuda()).cpu(), expected, atol=1e-4, rtol=0)
    with torch.autocast("cuda", dtype=torch.bfloat16):
        rounded = net(values.cuda()).cpu()
    assert rounded.dtype == torch.float32
    torch.testing.assert_close(rounded, expected, atol=0.03, rtol=0)


def test_branches_of_different_steps_can_not_be_added():
    branches = (
        Branch(window=10, steps=3, stride=10),
        Branch(window=5, steps=6, stride=5),
    )
    with pytest.raises(ConfigurationError) as error:
        network(branches=branches)
    assert str(error.value) == (
        "AlphaNetV4 adds its branches step by step, but they have 3 steps of 10, 6 steps of 5: "
        "give all branches the same steps and the same stride"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"widen": "pad"},
        {"heads": 0},
        {"encoder_dropout": 1.0},
        {"output": "tanh"},
        {"bn": "batch"},
        {"hidden": 3},
    ],
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValidationError):
        AlphaNetV4Settings.model_validate(wrong)
