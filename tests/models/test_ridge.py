"""Ridge against its closed form, and the choice of its penalty."""

import json
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.stats import rankdata

from deep_alpha.errors import TrainingError
from deep_alpha.models.contract import FitContext, Fitted
from deep_alpha.models.ridge import RidgeModel
from tests.models.days import mean_rank_ic, planted


def fit(train, valid, **config):
    return RidgeModel().fit(train, valid, config, 0, FitContext())


def closed_form(features, target, penalty):
    """Coefficients and intercept; the intercept is not penalised."""
    x, y = features.astype(np.float64), target.astype(np.float64)
    centred = x - x.mean(axis=0)
    gram = centred.T @ centred + penalty * len(x) * np.eye(x.shape[1])
    coefficients = np.linalg.solve(gram, centred.T @ (y - y.mean()))
    return coefficients, y.mean() - x.mean(axis=0) @ coefficients


def clipped(samples):
    returns = samples.forward_return.astype(np.float64)
    returns = np.clip(returns, *np.quantile(returns, (0.05, 0.95)))
    return returns / returns.std()


def ranked(samples):
    """Mid-ranks within each day, with mean 0 and the variance of a uniform made 1."""
    days = [samples.forward_return[day] for _, day in samples.day_batches()]
    return np.concatenate(
        [((rankdata(day) - 0.5) / len(day) - 0.5) * np.sqrt(12.0) for day in days]
    )


@pytest.mark.parametrize(("target", "oracle"), [("return", clipped), ("rank", ranked)])
@pytest.mark.parametrize("penalty", [1e-4, 0.5])
def test_equals_the_closed_form(target, oracle, penalty):
    train, valid = planted(seed=1), planted(seed=2)
    fitted = fit(train, valid, target=target, penalties=[penalty])
    coefficients, intercept = closed_form(train.all(), oracle(train), penalty)
    np.testing.assert_allclose(fitted.line.coefficients, coefficients, rtol=1e-4, atol=1e-5)
    assert fitted.line.intercept == pytest.approx(intercept, abs=1e-5)
    np.testing.assert_allclose(
        fitted.predict(valid), valid.all() @ coefficients + intercept, rtol=1e-3, atol=1e-5
    )


def correlated(seed, days=40):
    """Two features that are almost one: small penalties overfit their difference."""
    samples = planted(days=days, seed=seed, noise=8.0)
    features = samples.features.copy()
    features[:, 1:] = features[:, :1] + 0.01 * features[:, 1:]
    return replace(samples, features=features)


def test_keeps_the_penalty_that_ranks_validation_days_best():
    train, valid = correlated(seed=1, days=4), correlated(seed=2)
    penalties = (1e-6, 1e-3, 1.0)
    single = [fit(train, valid, penalties=[penalty]) for penalty in penalties]
    ics = [mean_rank_ic(fitted.predict(valid), valid) for fitted in single]
    assert len(set(ics)) == 3
    best = int(np.argmax(ics))

    fitted = fit(train, valid, penalties=penalties)
    assert fitted.notes["penalty"] == penalties[best]
    assert fitted.notes["valid_ic"] == pytest.approx(ics[best], abs=1e-6)
    assert fitted.notes["valid_ic_by_penalty"] == pytest.approx(
        {str(penalty): ic for penalty, ic in zip(penalties, ics, strict=True)}, abs=1e-6
    )
    np.testing.assert_array_equal(fitted.line.coefficients, single[best].line.coefficients)


@pytest.mark.parametrize("penalties", [(1e60, 1e-3), (1e-3, 1e60)])
def test_a_penalty_that_leaves_nothing_to_rank_is_never_kept(penalties):
    fitted = fit(planted(seed=1), planted(seed=2), penalties=penalties)
    assert fitted.notes["penalty"] == 1e-3
    assert fitted.notes["valid_ic"] > 0.4
    assert fitted.notes["valid_ic_by_penalty"]["1e+60"] == 0.0


def test_a_validation_that_says_nothing_leaves_the_first_penalty():
    few = planted(days=5, seed=2, assets=9)
    assert fit(planted(seed=1), few).notes["penalty"] == 1e-4


def test_validation_labels_choose_the_penalty_and_nothing_else():
    train, valid = planted(seed=1), planted(seed=2)
    upside_down = replace(valid, forward_return=-valid.forward_return)
    one, other = (fit(train, known, penalties=[0.1]) for known in (valid, upside_down))
    np.testing.assert_array_equal(one.line.coefficients, other.line.coefficients)
    assert one.line.intercept == other.line.intercept
    assert one.notes["valid_ic"] == pytest.approx(-other.notes["valid_ic"])


def test_finds_the_planted_slopes():
    fitted = fit(planted(seed=1, days=200), planted(seed=2), target="return")
    assert fitted.line.coefficients[0] > -1.5 * fitted.line.coefficients[1] > 0.2
    assert np.abs(fitted.line.coefficients[2:]).max() < 0.05


def test_the_seed_changes_nothing():
    train, valid = planted(seed=1), planted(seed=2)
    one, other = (RidgeModel().fit(train, valid, {}, seed, FitContext()) for seed in (0, 1))
    np.testing.assert_array_equal(one.line.coefficients, other.line.coefficients)


def test_what_is_saved_predicts_the_same_bits(tmp_path):
    train, valid = planted(seed=1), planted(seed=2)
    fitted = fit(train, valid)
    fitted.save(tmp_path)
    stored = RidgeModel().load(tmp_path)
    assert isinstance(stored, Fitted)
    np.testing.assert_array_equal(stored.predict(valid), fitted.predict(valid))
    assert stored.predict(valid).dtype == np.float32
    assert stored.summary() == fitted.summary()


def test_files_are_safetensors_and_json(tmp_path):
    fit(planted(seed=1), planted(seed=2)).save(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"ridge.safetensors", "ridge.json"}
    json.loads((tmp_path / "ridge.json").read_text(), parse_constant=pytest.fail)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"penalty": 1.0}, "Extra inputs are not permitted"),
        ({"penalties": []}, "at least 1 item"),
        ({"target": "sign"}, "'rank' or 'return'"),
    ],
)
def test_wrong_settings(config, message):
    with pytest.raises(ValidationError, match=message):
        fit(planted(), planted(), **config)


def test_an_unknown_train_label_is_refused():
    train = planted()
    train.forward_return[3] = np.nan
    with pytest.raises(TrainingError, match=r"^1 of 1600 train samples have no forward return"):
        fit(train, planted())
