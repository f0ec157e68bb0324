"""Kedro datasets for the project's own formats."""

from deep_alpha.datasets.final_model import FinalModelDataset
from deep_alpha.datasets.folders import FeatureTableDataset, LabelsDataset
from deep_alpha.datasets.grids import GridsDataset
from deep_alpha.datasets.ledger import LedgerDataset
from deep_alpha.datasets.market import MarketDataset
from deep_alpha.datasets.market_record import MarketRecordDataset
from deep_alpha.datasets.panel import PanelDataset
from deep_alpha.datasets.partitions import OptionalPartitions
from deep_alpha.datasets.records import OptionalRecords
from deep_alpha.datasets.signal import SignalDataset, SignalFolderDataset
from deep_alpha.datasets.stored_signals import StoredSignalsDataset
from deep_alpha.datasets.tables import OptionalTable

__all__ = [
    "FeatureTableDataset",
    "FinalModelDataset",
    "GridsDataset",
    "LabelsDataset",
    "LedgerDataset",
    "MarketDataset",
    "MarketRecordDataset",
    "OptionalPartitions",
    "OptionalRecords",
    "OptionalTable",
    "PanelDataset",
    "SignalDataset",
    "SignalFolderDataset",
    "StoredSignalsDataset",
]
