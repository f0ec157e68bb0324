"""Whatever signals a data root holds, for those who take them as they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from kedro.io import AbstractDataset, DatasetError

from deep_alpha.errors import ConfigurationError
from deep_alpha.signals import Signal


class StoredSignalsDataset(AbstractDataset[NoReturn, dict[str, Callable[[], Signal]]]):
    """Every signal of a folder by name, the user's own in ``own`` included; read when called.

    Example of a catalog entry::

        stored_signals:
          type: deep_alpha.datasets.StoredSignalsDataset
          path: data/07_model_output/signals
    """

    def __init__(self, *, path: str, metadata: dict[str, Any] | None = None) -> None:
        self._path = Path(path)
        self.metadata = metadata

    def load(self) -> dict[str, Callable[[], Signal]]:
        """Each signal's reader by name.

        Raises:
            ConfigurationError: There is none. Kedro shows it as the cause of its own
                ``DatasetError``.
        """
        files = self._files()
        if not files:
            raise ConfigurationError(
                f"no signal is stored in {self._path}: fit and judge models first, with "
                "kedro run --pipelines=behaviour,backtest and the same --env"
            )
        return {file.stem: partial(Signal.open, file) for file in files}

    def save(self, data: NoReturn) -> None:  # noqa: ARG002
        """Signals are stored one by one, by who makes them.

        Raises:
            DatasetError: Always.
        """
        raise DatasetError(f"{self._path} is only read here")

    def _files(self) -> list[Path]:
        return [*sorted(self._path.glob("*.parquet")), *sorted(self._path.glob("own/*.parquet"))]

    def _exists(self) -> bool:
        return bool(self._files())

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self._path)}
