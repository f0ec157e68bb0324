"""Final models in the catalog, one version for each run."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
from kedro.io import AbstractVersionedDataset, DatasetError, Version

from deep_alpha.staging import staged_folder
from deep_alpha.training.final_model import FinalModel


class FinalModelDataset(AbstractVersionedDataset[FinalModel, FinalModel | None]):
    """The newest fold's weights of one model; ``--load-versions`` finds older ones.

    There are none where the model's pipeline has not run.

    Example of a catalog entry::

        "{model}_final":
          type: deep_alpha.datasets.FinalModelDataset
          filepath: data/06_models/final/{model}
          versioned: true
    """

    def __init__(
        self,
        *,
        filepath: str,
        version: Version | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        # auto_mkdir keeps Kedro's version look-up from failing on a folder to come.
        filesystem = fsspec.filesystem("file", auto_mkdir=True)
        super().__init__(
            filepath=PurePosixPath(Path(filepath).absolute()),
            version=version,
            exists_function=filesystem.exists,
            glob_function=filesystem.glob,
        )
        self.metadata = metadata

    def load(self) -> FinalModel | None:
        """Open the wanted version; None where no version was asked for and there is none."""
        if self._version is not None and self._version.load is None and not self.exists():
            return None
        return FinalModel.open(Path(self._get_load_path()))

    def save(self, data: FinalModel) -> None:
        """Store a new version."""
        with staged_folder(Path(self._get_save_path())) as staging:
            data.save(staging)

    def _exists(self) -> bool:
        try:
            return Path(self._get_load_path()).exists()
        except DatasetError:  # no version at all
            return False

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath), "version": self._version}
