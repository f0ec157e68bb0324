"""The report: one HTML page, its pictures, and the table of results for a terminal."""

from deep_alpha.reporting.console import console_table
from deep_alpha.reporting.inputs import MarketCard, ModelResult, ReportInputs
from deep_alpha.reporting.page import write_report

__all__ = ["MarketCard", "ModelResult", "ReportInputs", "console_table", "write_report"]
