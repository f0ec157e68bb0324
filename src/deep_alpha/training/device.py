"""Where a network runs: the device, its threads and its precision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, model_validator

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.contract import FitContext


class DeviceSettings(BaseModel):
    """One device kind's section of ``parameters/device.yml``.

    Args:
        threads: Threads of one job, handed on in ``FitContext.threads``. One thread is
            fastest for small networks on busy cores; the count changes bits.
        precision: ``bf16`` runs forward passes under autocast; weights stay float32.
        compile: Whether networks go through ``torch.compile``.
        tf32: Whether float32 products on a GPU may be rounded to TF32.
        predict_batch_size: Samples of one forward pass outside training. On a CPU the
            activations of a batch should fit into the second-level cache.
        checkpoint_seconds: Least time between two epoch checkpoints.
        classes: Settings of one model class, by its import path, laid over the others.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    threads: int = Field(1, ge=1, le=1024)
    precision: Literal["fp32", "bf16"] = "fp32"
    compile: bool = False
    tf32: bool = False
    predict_batch_size: int = Field(8192, ge=1)
    checkpoint_seconds: float = Field(30.0, ge=0)
    classes: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict, exclude=True)

    @model_validator(mode="after")
    def _check_classes(self) -> DeviceSettings:
        """A misspelt setting of a class fails before any node runs."""
        for name in self.classes:
            self.of(name)
        return self

    def of(self, model_class: str) -> DeviceSettings:
        """The settings that a model class runs with.

        Args:
            model_class: Its import path.

        Raises:
            pydantic.ValidationError: A setting of the class is unknown or out of bounds.
        """
        return DeviceSettings.model_validate(
            {**self.model_dump(), **self.classes.get(model_class, {})}
        )


def resolve_device(device: str) -> torch.device:
    """The device asked for; ``auto`` is a GPU where there is one.

    Args:
        device: ``auto``, ``cpu`` or ``cuda``.

    Raises:
        ConfigurationError: The name is unknown, or there is no such device.
    """
    if device not in ("auto", "cpu", "cuda"):
        raise ConfigurationError(f"device={device} is unknown: choose auto, cpu or cuda")
    if device == "cuda" and not torch.cuda.is_available():
        raise ConfigurationError(
            "device=cuda was asked for, but no CUDA device is available: "
            "choose device=auto or device=cpu, or install a CUDA build of PyTorch and its driver"
        )
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(device)


@dataclass(frozen=True)
class Compute:
    """A device that was found, with its settings and the threads of this job."""

    device: torch.device
    threads: int = 1
    settings: DeviceSettings = field(default_factory=lambda: DeviceSettings.model_validate({}))

    @classmethod
    def of(cls, context: FitContext) -> Compute:
        """Find the device of a context and check its settings.

        Raises:
            ConfigurationError: There is no such device.
            pydantic.ValidationError: A setting is unknown or out of bounds.
        """
        settings = DeviceSettings.model_validate(dict(context.settings))
        return cls(resolve_device(context.device), context.threads, settings)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Set threads and TF32, which belong to the process, and put them back after."""
        threads, precision = torch.get_num_threads(), torch.get_float32_matmul_precision()
        torch.set_num_threads(self.threads)
        torch.set_float32_matmul_precision("high" if self.settings.tf32 else "highest")
        try:
            yield
        finally:
            torch.set_num_threads(threads)
            torch.set_float32_matmul_precision(precision)

    @property
    def panel_dtype(self) -> torch.dtype:
        """What resident features are kept in: half the memory where products round anyway."""
        return torch.bfloat16 if self.settings.precision == "bf16" else torch.float32

    def autocast(self) -> AbstractContextManager[object]:
        """The precision of forward passes; gradients follow it by themselves."""
        if self.settings.precision == "fp32":
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)
