"""What is wrong with a run's parameters is said before anything runs."""

from datetime import date

import pytest
from pydantic import ValidationError

from deep_alpha.errors import ConfigurationError
from deep_alpha.folds import FoldSettings
from deep_alpha.training.device import DeviceSettings
from deep_alpha.training.executors import ProcessExecutor, SerialExecutor
from deep_alpha.training.plan import ExecutorSettings, ModelSpec, Profile, plan_run

PROFILES = {
    "small": Profile(seeds=(0, 1), horizons=(5,)),
    "paper": Profile(seeds=(0, 1, 2), horizons=(10, 5)),
}
DEVICES = {"cpu": DeviceSettings(threads=3), "cuda": DeviceSettings()}
RIDGE = "deep_alpha.models.ridge.RidgeModel"
MLP = "deep_alpha.models.mlp.MLP"
OWN = "tests.examples.own_model.ICWeighted"


def plan(profile="small", device="cpu", devices=DEVICES, executor="serial", workers=0):
    return plan_run(profile, PROFILES, device, devices, executor, workers)


def test_a_plan_holds_what_was_chosen():
    chosen = plan("paper", executor="processes", workers=2)
    assert chosen.profile_name == "paper"
    assert chosen.profile is PROFILES["paper"]
    assert chosen.device == "cpu"
    assert chosen.device_settings.threads == 3
    assert chosen.executor_settings == ExecutorSettings(name="processes", workers=2)


def test_some_models_run_with_the_first_seed_only():
    profile = Profile(seeds=(4, 5), horizons=(5,), one_seed=("slow",))
    assert profile.seeds_of("slow") == (4,)
    assert profile.seeds_of("other") == (4, 5)
    assert profile.seeds_of("other", seeded=False) == (4,)


def test_the_first_horizon_is_the_headline():
    assert plan("paper").horizon == 10


def test_the_plan_makes_its_executor():
    assert isinstance(plan().executor(), SerialExecutor)
    processes = plan(executor="processes", workers=3).executor()
    assert isinstance(processes, ProcessExecutor)
    assert processes.workers == 3


def test_auto_takes_the_gpu_where_there_is_one(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert plan(device="auto").device == "cpu"
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    assert plan(device="auto").device == "cuda"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"profile": "tiny"}, "profile 'tiny' is not known; choose one of: paper, small"),
        (
            {"executor": "ray"},
            "executor 'ray' is not known; choose one of: serial, processes",
        ),
        ({"device": "tpu"}, "device=tpu is unknown: choose auto, cpu or cuda"),
        (
            {"device": "cuda"},
            "device=cuda was asked for, but no CUDA device is available: choose device=auto or "
            "device=cpu, or install a CUDA build of PyTorch and its driver",
        ),
        (
            {"devices": {}},
            "device 'cpu' has no settings; add a section 'cpu' under `devices` in "
            "parameters/device.yml",
        ),
    ],
)
def test_impossible_parameters(parameters, message, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(ConfigurationError) as error:
        plan(**parameters)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "content",
    [
        {"seeds": (), "horizons": (5,)},
        {"seeds": (0,), "horizons": ()},
        {"seeds": (0,), "horizons": (0,)},
        {"seeds": (0,), "horizons": (5,), "train_every": 0},
        {"seeds": (0,), "horizons": (5,), "sedes": (1,)},
        {"seeds": (0,), "horizons": (5,), "folds": {"test_strat": "2017-07-01"}},
        {"seeds": (0,), "horizons": (5,), "folds": {"step_months": 0}},
    ],
)
def test_impossible_profiles(content):
    with pytest.raises(ValidationError):
        Profile(**content)


MARKET = FoldSettings(first_train=date(2016, 1, 1), test_start=date(2019, 1, 1))


def test_a_profile_without_folds_takes_those_of_the_market():
    profile = Profile(seeds=(0,), horizons=(10,))
    assert profile.fold_settings(MARKET) == MARKET
    assert profile.fold_overlay == {}


def test_a_profile_lays_its_folds_over_those_of_the_market():
    over = {"test_start": "2017-07-01", "test_end": "2018-12-31", "live": False}
    profile = Profile(seeds=(0,), horizons=(10,), folds=over)
    settings = profile.fold_settings(MARKET)
    assert settings.first_train == date(2016, 1, 1)
    assert (settings.test_start, settings.test_end) == (date(2017, 7, 1), date(2018, 12, 31))
    assert not settings.live
    assert profile.fold_overlay == over


def test_the_papers_taken_literally_are_folds_of_their_own():
    profile = Profile(seeds=(0,), horizons=(10,), leaks_by_design=True)
    assert profile.fold_settings(MARKET).split == "paper"
    assert profile.fold_overlay == {"split": "paper"}


@pytest.mark.parametrize(("market", "own"), [("paper", {}), ("three_way", {"split": "paper"})])
def test_segments_overlap_in_a_profile_that_says_so_only(market, own):
    profile = Profile(seeds=(0,), horizons=(10,), folds=own)
    with pytest.raises(ConfigurationError, match="it needs --params=profile=paper_literal"):
        profile.fold_settings(FoldSettings(split=market))


@pytest.mark.parametrize(
    ("model_class", "config", "message"),
    [
        (RIDGE, {"penaltys": [1.0]}, "penaltys\n  Extra inputs are not permitted"),
        (
            "deep_alpha.models.xgb.XGBoostModel",
            {"max_deph": 3},
            "max_deph\n  Extra inputs are not permitted",
        ),
        (MLP, {"learning_rat": 0.1}, "learning_rat\n  Extra inputs are not permitted"),
        (MLP, {"learning_rate": -0.1}, "learning_rate\n  Input should be greater than 0"),
    ],
)
def test_a_misspelt_or_impossible_setting_of_a_built_in_model(model_class, config, message):
    with pytest.raises(ValidationError, match=message):
        ModelSpec(model_class=model_class, config=config)


def test_a_misspelt_key_of_the_model_itself():
    with pytest.raises(ValidationError, match="feature\n  Extra inputs are not permitted"):
        ModelSpec(model_class=RIDGE, feature="all")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "nowhere.Model",
            "'nowhere.Model' can not be imported: No module named 'nowhere'. "
            "Is its folder on PYTHONPATH?",
        ),
        (
            "tests.examples.own_model.Missing",
            "module 'tests.examples.own_model' has no 'Missing'",
        ),
        ("Model", "'Model' is not an import path; write it as package.module.Name"),
    ],
)
def test_a_class_that_is_not_there(path, message):
    with pytest.raises(ConfigurationError) as error:
        ModelSpec(model_class=path)
    assert str(error.value) == message


def test_settings_of_a_model_without_a_schema_are_its_own_affair():
    spec = ModelSpec(model_class=OWN, config={"whatever": 1})
    assert spec.config_for(PROFILES["small"]) == {"whatever": 1}


def test_a_profile_overrides_only_what_a_model_knows():
    profile = Profile(seeds=(0,), horizons=(5,), model_settings={"max_epochs": 7, "max_rounds": 11})
    mlp = ModelSpec(model_class=MLP, config={"max_epochs": 100, "patience": 3})
    trees = ModelSpec(model_class="deep_alpha.models.xgb.XGBoostModel", config={"target": "rank"})
    ridge = ModelSpec(model_class=RIDGE)
    own = ModelSpec(model_class=OWN, config={"max_epochs": 5})
    assert mlp.config_for(profile) == {"max_epochs": 7, "patience": 3}
    assert trees.config_for(profile) == {"target": "rank", "max_rounds": 11}
    assert ridge.config_for(profile) == {}
    assert own.config_for(profile) == {"max_epochs": 5}


def test_a_profile_can_not_set_what_a_model_forbids():
    profile = Profile(seeds=(0,), horizons=(5,), model_settings={"max_epochs": 0})
    with pytest.raises(ValidationError, match="max_epochs\n  Input should be greater than or eq"):
        ModelSpec(model_class=MLP).config_for(profile)


def test_a_profile_makes_one_model_cheaper():
    network = {"hidden": 12, "dropout": 0.5}
    spec = ModelSpec(
        model_class="deep_alpha.models.alphanet.members.AlphaNetV1Model",
        lookback=42,
        config={"network": network, "max_epochs": 90},
    )
    profile = Profile.model_validate(
        {
            "seeds": [0],
            "horizons": [5],
            "models": {
                "v1": {"train_every": 3, "config": {"max_epochs": 2, "network": {"hidden": 6}}}
            },
        }
    )
    reduced = profile.reduced("v1", spec)
    assert (reduced.train_every, reduced.valid_every, reduced.lookback) == (3, 1, 42)
    assert reduced.config == {"max_epochs": 2, "network": {"hidden": 6, "dropout": 0.5}}
    assert profile.reduced("v2", spec) == spec
    assert spec.config["network"] == network


def test_a_profile_can_not_misspell_a_models_setting():
    profile = Profile.model_validate(
        {"seeds": [0], "horizons": [5], "models": {"mlp": {"config": {"max_epoch": 2}}}}
    )
    with pytest.raises(ValidationError, match="max_epoch\n  Extra inputs are not permitted"):
        profile.reduced("mlp", ModelSpec(model_class=MLP))


def test_what_a_profile_says_of_one_model_comes_before_what_it_says_of_all():
    profile = Profile.model_validate(
        {
            "seeds": [0],
            "horizons": [5],
            "model_settings": {"max_epochs": 7, "patience": 5},
            "models": {"mlp": {"config": {"max_epochs": 2}}},
        }
    )
    spec = profile.reduced("mlp", ModelSpec(model_class=MLP))
    assert spec.config_for(profile, "mlp") == {"max_epochs": 2, "patience": 5}
    assert ModelSpec(model_class=MLP).config_for(profile, "cnn")["max_epochs"] == 7
