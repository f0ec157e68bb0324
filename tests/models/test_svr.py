"""Support vector regression as a model: which solver, which target, and what it says of itself."""

import json
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.stats import rankdata
from sklearn.svm import SVR

from deep_alpha.errors import TrainingError
from deep_alpha.kernels.correlation import rank_ic_by_day
from deep_alpha.models import svr
from deep_alpha.models.contract import FitContext, Fitted
from deep_alpha.models.svr import SupportVectorRegression
from deep_alpha.models.svr_certificate import SupportVectorLine
from tests.models.days import mean_rank_ic, planted
from tests.models.tubes import objective

SCALABLE = {"exact_rows": 0}


def fit(train, valid=None, **config):
    valid = planted(seed=2) if valid is None else valid
    return SupportVectorRegression().fit(train, valid, config, 0, FitContext())


def scaled(samples):
    returns = samples.forward_return.astype(np.float64)
    returns = np.clip(returns, *np.quantile(returns, (0.05, 0.95)))
    return returns / returns.std()


def ranked(samples):
    """Mid-ranks within each day, with mean 0 and the variance of a uniform made 1."""
    days = [samples.forward_return[day] for _, day in samples.day_batches()]
    return np.concatenate(
        [((rankdata(day) - 0.5) / len(day) - 0.5) * np.sqrt(12.0) for day in days]
    )


@pytest.mark.parametrize(("target", "oracle"), [("return", scaled), ("rank", ranked)])
@pytest.mark.parametrize("exact_rows", [0, 10_000])
def test_equals_scikit_learn_on_the_scaled_target(target, oracle, exact_rows):
    train, fresh = planted(seed=1, days=20), planted(seed=3)
    machine = SVR(kernel="linear", tol=1e-6).fit(train.all(), oracle(train))
    fitted = fit(train, target=target, exact_rows=exact_rows, gap=1e-8)
    np.testing.assert_allclose(fitted.predict(fresh), machine.predict(fresh.all()), atol=5e-3)


def test_small_segments_are_fitted_by_libsvm_itself():
    train = planted(seed=1, days=10)
    fitted = fit(train, exact_rows=400, C=0.5, epsilon=0.2, target="rank")
    machine = SVR(kernel="linear", C=0.5, epsilon=0.2).fit(
        train.all(), ranked(train).astype(np.float32)
    )
    assert fitted.notes["solver"] == "libsvm"
    np.testing.assert_array_equal(fitted.coefficients, machine.coef_[0])
    assert fitted.intercept == machine.intercept_[0]
    assert fit(train, exact_rows=399).notes["solver"] == "interior point"


@pytest.mark.parametrize(("target", "oracle"), [("return", scaled), ("rank", ranked)])
def test_a_subsample_is_fitted_to_targets_of_the_whole_segment(monkeypatch, target, oracle):
    train, fresh = planted(seed=1, days=100), planted(seed=3)
    seen = spied_on(monkeypatch)
    fitted = fit(train, subsample=400, exact_rows=400, target=target)
    (rows,) = seen
    assert len(rows) == 400
    assert (np.diff(rows) > 0).all()  # in time order, no row twice
    assert rows[40] > 200  # from all over the segment: the tenth of them lies near row 400
    assert rows[-40] < 3800
    features, targets = train.all()[rows], oracle(train)[rows]
    machine = SVR(kernel="linear").fit(features, targets)
    np.testing.assert_allclose(fitted.predict(fresh), machine.predict(fresh.all()), atol=5e-3)
    said = fitted.summary()
    assert (said["solver"], said["rows"]) == ("libsvm", 400)
    outside = np.abs(targets - machine.predict(features)) > 0.1
    assert said["support_share"] == pytest.approx(outside.mean(), abs=0.01)


def spied_on(monkeypatch):
    """A list that fills with the rows that libsvm is given."""
    seen, original = [], svr._libsvm

    def libsvm(samples, *rest):
        seen.append(samples.rows)
        return original(samples, *rest)

    monkeypatch.setattr(svr, "_libsvm", libsvm)
    return seen


def test_the_seed_draws_the_subsample_and_nothing_else_does():
    train = planted(seed=1, days=50)
    one, again, other = (
        SupportVectorRegression()
        .fit(train, planted(seed=2), {"subsample": 300}, seed, FitContext())
        .coefficients
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, again)
    assert not np.allclose(one, other, rtol=1e-3)


def test_a_subsample_as_large_as_the_segment_is_the_segment():
    train = planted(seed=1, days=5)
    whole, same, larger = (fit(train, subsample=size) for size in (None, 200, 201))
    assert whole.notes["rows"] == 200
    for other in (same, larger):
        np.testing.assert_array_equal(other.coefficients, whole.coefficients)


def test_a_large_subsample_goes_to_the_scalable_solver():
    fitted = fit(planted(seed=1, days=20), subsample=300, exact_rows=299)
    assert (fitted.notes["solver"], fitted.notes["rows"]) == ("interior point", 300)


@pytest.mark.parametrize("exact_rows", [0, 10_000])
def test_the_summary_certifies_the_line(exact_rows):
    train = planted(seed=1, days=20)
    fitted = fit(train, exact_rows=exact_rows, C=0.3)
    said = fitted.summary()
    target = scaled(train)
    value = objective(train.all(), target, fitted.coefficients, fitted.intercept, 0.3, 0.1)
    assert said["objective"] == pytest.approx(value, rel=1e-6)
    assert said["lower_bound"] < said["objective"]
    assert said["gap"] == pytest.approx(said["objective"] / said["lower_bound"] - 1, abs=1e-12)
    assert said["gap"] <= (1e-5 if exact_rows == 0 else 1e-3)
    outside = np.abs(target - fitted.predict(train)) > 0.1
    assert said["support_share"] == pytest.approx(outside.mean(), abs=0.01)
    assert said["rows"] == len(train)
    assert said["iterations"] > 3
    assert said["seconds"] >= 0.0
    assert said["degenerate"] is False


@pytest.mark.parametrize("exact_rows", [0, 10_000])
def test_raw_returns_lie_inside_the_tube_and_leave_a_constant(exact_rows):
    train, fresh = planted(seed=1, days=20), planted(seed=3)
    fitted = fit(train, y_scale="raw", exact_rows=exact_rows)
    said, scores = fitted.summary(), fitted.predict(fresh)
    low, high = np.quantile(train.forward_return, (0.05, 0.95))
    assert high - low < 0.2
    np.testing.assert_array_equal(scores, np.full(len(fresh), scores[0]))
    assert scores[0] == pytest.approx((low + high) / 2, abs=1e-6)
    assert said["degenerate"] is True
    assert (said["objective"], said["lower_bound"], said["gap"]) == (0.0, 0.0, 0.0)
    assert said["support_share"] == 0.0
    assert np.isnan(rank_ic_by_day(scores, fresh.forward_return, fresh.day_offsets())).all()


def test_raw_returns_of_a_wild_market_are_not_degenerate():
    train = planted(seed=1, days=20)
    wild = replace(train, forward_return=10 * train.forward_return)
    said = fit(wild, y_scale="raw").summary()
    assert said["degenerate"] is False
    assert 0.0 < said["support_share"] < 1.0


@pytest.mark.parametrize("config", [SCALABLE, {}])
def test_finds_the_planted_slopes(config):
    fitted = fit(planted(seed=1, days=100), target="return", **config)
    assert fitted.coefficients[0] > -1.5 * fitted.coefficients[1] > 0.2
    assert np.abs(fitted.coefficients[2:]).max() < 0.05
    fresh = planted(seed=3)
    assert mean_rank_ic(fitted.predict(fresh), fresh) > 0.45


@pytest.mark.parametrize("config", [SCALABLE, {}])
def test_sees_train_rows_only(config):
    train, valid = planted(seed=1, days=20), planted(seed=2)
    unknown = replace(
        valid,
        features=np.full_like(valid.features, np.nan),
        forward_return=np.full_like(valid.forward_return, np.nan),
    )
    one, other = (fit(train, known, **config) for known in (valid, unknown))
    np.testing.assert_array_equal(one.coefficients, other.coefficients)
    assert one.intercept == other.intercept


@pytest.mark.parametrize("config", [SCALABLE, {}])
def test_samples_need_not_be_neighbours_in_the_table(config):
    train = planted(seed=1, days=30)
    some = train.subset(np.flatnonzero(np.arange(len(train)) % 3 > 0))
    alone = replace(some, features=some.all(), rows=np.arange(len(some)))
    one, other = fit(some, **config), fit(alone, **config)
    np.testing.assert_array_equal(one.coefficients, other.coefficients)
    assert one.notes["objective"] == other.notes["objective"]


def test_clipping_is_as_it_is_set():
    train = planted(seed=1, days=20)
    train.forward_return[7] = 5.0
    literal = {"y_scale": "raw", "epsilon": 0.01}
    unclipped, clipped, narrow = (
        fit(train, **literal, **clip).notes["objective"]
        for clip in ({"clip": "none"}, {"clip": "train"}, {"clip_quantiles": (0.25, 0.75)})
    )
    machine = SVR(kernel="linear", epsilon=0.01).fit(train.all(), train.forward_return)
    residuals = np.abs(train.forward_return - machine.predict(train.all()))
    assert unclipped == pytest.approx(np.maximum(residuals - 0.01, 0.0).sum(), rel=1e-2)
    assert unclipped - clipped > 4.9  # what the one return adds
    assert narrow < 0.8 * clipped


def test_the_seed_changes_nothing():
    train, valid = planted(seed=1), planted(seed=2)
    one, other = (
        SupportVectorRegression().fit(train, valid, SCALABLE, seed, FitContext()) for seed in (0, 1)
    )
    np.testing.assert_array_equal(one.coefficients, other.coefficients)
    assert one.intercept == other.intercept


@pytest.mark.parametrize("config", [SCALABLE, {}])
def test_what_is_saved_predicts_the_same_bits(tmp_path, config):
    train, fresh = planted(seed=1, days=20), planted(seed=3)
    fitted = fit(train, **config)
    fitted.save(tmp_path)
    stored = SupportVectorRegression().load(tmp_path)
    assert isinstance(stored, Fitted)
    np.testing.assert_array_equal(stored.predict(fresh), fitted.predict(fresh))
    assert stored.predict(fresh).dtype == np.float32
    assert stored.summary() == fitted.summary()
    assert {path.name for path in tmp_path.iterdir()} == {"svr.json"}
    json.loads((tmp_path / "svr.json").read_text(), parse_constant=pytest.fail)


def test_a_gap_without_a_bound_is_stored_as_unknown(tmp_path, monkeypatch):
    unproven = SupportVectorLine(
        np.ones(5), 0.0, objective=1.0, lower_bound=0.0, support=3, iterations=9
    )
    monkeypatch.setattr(svr, "_libsvm", lambda *_: unproven)
    fitted = fit(planted(days=5))
    fitted.save(tmp_path)
    content = json.loads((tmp_path / "svr.json").read_text(), parse_constant=pytest.fail)
    assert content["notes"]["gap"] is None
    assert fitted.notes["gap"] is None


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"kernel": "rbf"}, "Extra inputs are not permitted"),
        ({"C": 0.0}, "greater than 0"),
        ({"epsilon": -0.1}, "greater than or equal to 0"),
        ({"subsample": 0}, "greater than 0"),
        ({"y_scale": "percent"}, "'raw' or 'train_std'"),
        ({"gap": 1e-15}, "greater than or equal to 0.0000000001"),
    ],
)
def test_wrong_settings(config, message):
    with pytest.raises(ValidationError, match=message):
        fit(planted(), **config)


def test_what_it_would_ignore_is_refused():
    train = planted(days=5)
    with pytest.raises(TrainingError, match="takes no sample weights"):
        fit(replace(train, weight=np.ones(len(train), np.float32)))
    with pytest.raises(TrainingError, match="not windows of 3 days"):
        fit(replace(train, lookback=3))


def test_unknown_or_equal_train_labels_are_refused():
    train = planted(days=5)
    equal = replace(train, forward_return=np.full_like(train.forward_return, 0.01))
    with pytest.raises(TrainingError, match="targets are equal after clipping"):
        fit(equal)
    train.forward_return[3] = np.nan
    with pytest.raises(TrainingError, match=r"^1 of 200 train samples have no forward return"):
        fit(train)


def test_too_few_steps_are_refused():
    with pytest.raises(TrainingError, match="raise max_iterations"):
        fit(planted(days=20), max_iterations=2, **SCALABLE)
