"""The report: pages of HTML, their pictures, and the table of results for a terminal."""

from deep_alpha.reporting.console import console_table
from deep_alpha.reporting.inputs import MarketCard, ModelResult, ReportInputs
from deep_alpha.reporting.reports import write_report, write_risk_page
from deep_alpha.reporting.risk_inputs import RiskReportInputs

__all__ = [
    "MarketCard",
    "ModelResult",
    "ReportInputs",
    "RiskReportInputs",
    "console_table",
    "write_report",
    "write_risk_page",
]
