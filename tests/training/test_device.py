"""Where a network runs."""

from contextlib import suppress

import pytest
import torch
from pydantic import ValidationError

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.contract import FitContext
from deep_alpha.training.device import Compute, DeviceSettings, resolve_device


def test_auto_takes_a_gpu_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert resolve_device("auto") == torch.device("cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert resolve_device("auto") == torch.device("cuda")
    assert resolve_device("cpu") == torch.device("cpu")


def test_cuda_without_a_gpu_is_a_clear_error(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigurationError) as error:
        resolve_device("cuda")
    assert str(error.value) == (
        "device=cuda was asked for, but no CUDA device is available: choose device=auto or "
        "device=cpu, or install a CUDA build of PyTorch and its driver"
    )


def test_an_unknown_device_is_an_error():
    with pytest.raises(ConfigurationError) as error:
        resolve_device("tpu")
    assert str(error.value) == "device=tpu is unknown: choose auto, cpu or cuda"


def test_a_misspelt_setting_is_an_error():
    with pytest.raises(ValidationError, match="precison"):
        Compute.of(FitContext(settings={"precison": "bf16"}))


def test_a_class_may_run_otherwise():
    settings = DeviceSettings.model_validate(
        {"threads": 2, "classes": {"a.Model": {"precision": "bf16", "predict_batch_size": 7}}}
    )
    own, other = settings.of("a.Model"), settings.of("b.Model")
    assert (own.threads, own.precision, own.predict_batch_size) == (2, "bf16", 7)
    assert other == DeviceSettings(threads=2)
    # What a job is handed, and its fingerprint knows, are its own settings alone.
    assert "classes" not in own.model_dump()


def test_a_misspelt_setting_of_a_class_is_an_error():
    with pytest.raises(ValidationError, match="precison"):
        DeviceSettings.model_validate({"classes": {"a.Model": {"precison": "bf16"}}})


def test_threads_and_tf32_are_put_back():
    torch.set_num_threads(2)
    torch.set_float32_matmul_precision("highest")
    compute = Compute(torch.device("cpu"), 1, DeviceSettings(tf32=True))
    with suppress(RuntimeError), compute.scope():
        assert torch.get_num_threads() == 1
        assert torch.get_float32_matmul_precision() == "high"
        raise RuntimeError
    assert torch.get_num_threads() == 2
    assert torch.get_float32_matmul_precision() == "highest"


def test_bf16_runs_forward_passes_only_in_bf16():
    compute = Compute(torch.device("cpu"), 1, DeviceSettings(precision="bf16"))
    layer = torch.nn.Linear(4, 4)
    with compute.autocast():
        assert layer(torch.ones(2, 4)).dtype == torch.bfloat16
    assert layer.weight.dtype == torch.float32
    assert compute.panel_dtype == torch.bfloat16
    with Compute(torch.device("cpu")).autocast():
        assert layer(torch.ones(2, 4)).dtype == torch.float32
    assert Compute(torch.device("cpu")).panel_dtype == torch.float32
