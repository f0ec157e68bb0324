"""AlphaNets as models: features learned on train, and everything a job needs."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from deep_alpha.errors import ConfigurationError, TrainingError
from deep_alpha.kernels.correlation import rank_ic_by_day
from deep_alpha.models.alphanet.features import PreparedFeatures, prepare_features
from deep_alpha.models.alphanet.members import (
    AlphaNetV1Model,
    AlphaNetV2Model,
    AlphaNetV3Model,
    AlphaNetV4Model,
    V4Config,
)
from deep_alpha.models.contract import FitContext, Fitted
from deep_alpha.models.scoring import score_by_day
from tests.models.alphanet.images import market, segment

MODELS = (AlphaNetV1Model, AlphaNetV2Model, AlphaNetV3Model, AlphaNetV4Model)
SHORT = [{"window": window, "steps": 3, "stride": 1} for window in (10, 2)]
SMALL = {"branches": SHORT, "max_epochs": 2, "features": {"spearman": 0.5, "batches": 3}}


@pytest.fixture(scope="module")
def train():
    return segment(0, 59)


@pytest.fixture(scope="module")
def valid():
    return segment(70, 89)


@pytest.fixture(scope="module")
def test():
    return segment(100, 119)


def fit(train, valid, model=AlphaNetV4Model, seed=0, context=None, **changes):
    return model().fit(train, valid, SMALL | changes, seed, context or FitContext())


@pytest.mark.parametrize("model", MODELS)
def test_a_stored_model_gives_the_same_scores(model, train, valid, test, tmp_path):
    fitted = model().fit(
        train,
        valid,
        {"max_epochs": 1, "batch_size": 500} | (SMALL if model is AlphaNetV4Model else {}),
        0,
        FitContext(),
    )
    assert isinstance(fitted, Fitted)
    fitted.save(tmp_path)
    scores = fitted.predict(test)
    assert scores.shape == (len(test),)
    assert scores.std() > 0
    np.testing.assert_array_equal(model().load(tmp_path).predict(test), scores)


def test_prediction_reads_what_training_read(train, valid, test):
    """Features from a sample's own raw window are those laid out once for all rows."""
    config = V4Config.model_validate(SMALL)
    features, resident = prepare_features(
        train, test, config.branches, config.features, 0, torch.float32
    )
    windows = resident.windows(test, (2, 1, 0), torch.device("cpu"))
    np.testing.assert_array_equal(
        features.of_windows(test, config.branches), torch.cat(list(windows.split(1000)))
    )


def test_features_are_scaled_with_what_train_says(train, valid):
    config = V4Config.model_validate(SMALL)
    features, resident = prepare_features(
        train, valid, config.branches, config.features, 0, torch.float32
    )
    own = resident.values.numpy()[train.rows - resident.first]
    # A value that is clipped at 20 moves its column's mean.
    varies = (features.scaling.inverse > 0) & (np.abs(own).max(axis=0) < config.features.clip)
    assert varies.mean() > 0.8
    np.testing.assert_allclose(own.mean(axis=0)[varies], 0.0, atol=1e-2)
    np.testing.assert_allclose(own.std(axis=0)[varies], 1.0, atol=2e-2)
    assert resident.values.abs().max() <= config.features.clip


def test_nothing_that_is_learned_of_the_features_knows_validation(train, valid):
    def learned(valid):
        config = V4Config.model_validate(SMALL)
        features, _ = prepare_features(
            train, valid, config.branches, config.features, 0, torch.float32
        )
        return features

    table = valid.features.copy()
    table[int(train.rows[-1]) + 1 :] = 7.0
    one, other = learned(valid), learned(replace(valid, features=table))
    assert one.columns == other.columns
    for name, values in one.scaling.arrays().items():
        np.testing.assert_array_equal(values, other.scaling.arrays()[name])


def test_kept_features_are_stored_with_their_correlations(train, valid, tmp_path):
    fitted = fit(train, valid)
    fitted.save(tmp_path)
    stored = PreparedFeatures.load(tmp_path)
    assert stored.names == fitted.features.names
    assert 5 < len(stored.names) < 208
    assert stored.correlations.shape == (208, 208)
    content = json.loads((tmp_path / "features.json").read_text())
    kept = [content["all_names"].index(name) for name in content["names"]]
    pairs = np.abs(stored.correlations[np.ix_(kept, kept)])
    assert pairs[~np.eye(len(kept), dtype=bool)].max() <= 0.5
    # Four windows' worth of weights: every window has the features of the main one.
    assert len(stored.scaling.mean) == 2 * len(kept)


def test_without_dropout_every_feature_is_kept(train, valid):
    fitted = fit(train, valid, model=AlphaNetV3Model, features={"spearman": None}, max_epochs=1)
    assert len(fitted.features.columns) == 270


def test_a_part_of_a_group_of_settings_leaves_the_members_others():
    config = AlphaNetV1Model.config_type.model_validate({"features": {"return_lag": "d-1"}})
    assert (config.features.inputs, config.features.spearman) == ("v1", None)
    assert config.features.mean


def test_random_sampling_draws_inputs_by_seed(train, valid):
    settings = {"spearman": None, "sampled_inputs": 4}
    first, again, other = (
        fit(train, valid, AlphaNetV2Model, seed, features=settings, max_epochs=1).features.inputs
        for seed in (0, 0, 1)
    )
    assert first == again
    assert len(first) == 4
    assert first != other


@pytest.mark.parametrize(
    "changes",
    [
        {"loss": "projected"},
        {"loss": "ic"},
        {"names_per_day": 15},
        {"long_weight": "rank"},
        {"stop_on": "sharpe", "min_epochs": 0},
        {"stop_on": "rmse", "schedule": "plateau"},
        {"batches": "samples", "optimiser": "rmsprop", "schedule": "cosine"},
        {"network": {"bn": "daily", "output": "linear"}},
        {"target": "rank", "schedule": "constant"},
    ],
)
def test_every_switch_fits(changes, train, valid, test):
    fitted = fit(train, valid, **changes)
    history = fitted.summary()["history"]
    assert len(history) == 2
    assert {"rmse", "ic", "sharpe"} <= set(history[0])
    assert all(np.isfinite(record["loss"]) for record in history)
    assert np.isfinite(fitted.predict(test)).all()


def test_a_projected_score_holds_no_style(train, valid, test):
    fitted = fit(train, valid, loss="projected")
    scores = score_by_day(fitted, test, "test")
    place = test.feature_names.index("style:size")
    style = test.features[test.rows, place]
    for _, day in test.day_batches():
        assert np.corrcoef(scores[day], style[day])[0, 1] == pytest.approx(0.0, abs=1e-5)


def test_daily_statistics_are_those_of_the_day(train, valid, test):
    """Scoring two days at once would mix them; day by day, the same scores come out."""
    fitted = fit(train, valid, network={"bn": "daily"})
    np.testing.assert_array_equal(fitted.predict(test), score_by_day(fitted, test, "test"))


def test_an_interrupted_fit_ends_with_the_same_bits(train, valid, test, tmp_path, monkeypatch):
    context = FitContext(checkpoint=tmp_path, settings={"checkpoint_seconds": 0})
    whole = fit(train, valid, max_epochs=3).predict(test)
    calls = {"left": 4}
    from deep_alpha.training.days import DayTask

    loss = DayTask.loss

    def killed(self, network, batch):
        calls["left"] -= 1
        if calls["left"] < -60:
            raise KeyboardInterrupt
        return loss(self, network, batch)

    monkeypatch.setattr(DayTask, "loss", killed)
    with pytest.raises(KeyboardInterrupt):
        fit(train, valid, max_epochs=3, context=context)
    monkeypatch.setattr(DayTask, "loss", loss)
    assert any(tmp_path.iterdir())
    np.testing.assert_array_equal(
        fit(train, valid, max_epochs=3, context=context).predict(test), whole
    )


def test_one_seed_one_result_and_another_seed_another(train, valid, test):
    first, again, other = (fit(train, valid, seed=seed).predict(test) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_planted_alpha_is_found(train, valid, test):
    """Next days' returns follow today's vwap over close; a short fit must see it."""

    def planted(samples):
        column = samples.feature_names.index("div_vwap_close")
        signal = samples.features[samples.rows, column]
        noise = np.random.default_rng(len(samples)).normal(
            scale=0.5 * signal.std(), size=len(signal)
        )
        returns = (signal + noise).astype(np.float32)
        return replace(samples, forward_return=returns, target=returns)

    fitted = fit(planted(train), planted(valid), max_epochs=6, learning_rate=3e-3)
    known = planted(test)
    daily = rank_ic_by_day(fitted.predict(known), known.forward_return, known.day_offsets())
    assert daily.mean() > 0.3


def test_windows_must_be_long_enough():
    short = segment(0, 20, lookback=20)
    with pytest.raises(ConfigurationError, match="the branches read 42 traded days, but the"):
        AlphaNetV4Model().fit(short, short, {}, 0, FitContext())


def test_the_table_must_be_that_of_the_images(train, valid):
    renamed = tuple(f"other {name}" for name in train.feature_names)
    with pytest.raises(ConfigurationError, match="AlphaNet reads the table of images"):
        fit(replace(train, feature_names=renamed), replace(valid, feature_names=renamed))


def test_a_feature_that_overflows_is_named(train, valid):
    table = train.features.copy()
    table[:, train.feature_names.index("close")] *= np.float32(1e36)
    with pytest.raises(TrainingError, match=r"ts_cov\(.*close.*\) over 10 days is not finite"):
        fit(
            replace(train, features=table),
            replace(valid, features=table),
            features={"spearman": None},
        )


def test_the_projected_loss_needs_exposures(train, valid):
    names = tuple(name.replace("style:", "other:") for name in train.feature_names)
    with pytest.raises(ConfigurationError, match="needs the risk model's exposures"):
        fit(
            replace(train, feature_names=names),
            replace(valid, feature_names=names),
            loss="projected",
        )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"loss": "projected", "batches": "samples"}, "loss=projected compares the names of a day"),
        ({"loss": "projected", "names_per_day": 20}, "needs the day's whole cross-section"),
        ({"loss": "ic", "stop_on": "rmse"}, "loss=ic leaves the score's scale open"),
        ({"long_weight": "rank", "loss": "ic"}, "weighs squared errors"),
        ({"names_per_day": 20, "batches": "samples"}, "is drawn of whole days"),
        ({"features": {"winsor": (0.9, 0.1)}}, "must rise within 0 and 1"),
        ({"features": {"inputs": "dedup11", "sampled_inputs": 12}}, "inputs=dedup11 has 11"),
        ({"spearmen": 0.8}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(wrong, message):
    with pytest.raises(ValidationError, match=message):
        V4Config.model_validate(wrong)


def test_samples_with_a_suspension_in_their_window_are_left_out():
    _, images, _ = market()
    whole = images.unbroken_rows(0)
    samples = segment(0, 60)
    assert samples.left_out.interrupted > 0
    assert (whole[samples.rows] >= 42).all()
