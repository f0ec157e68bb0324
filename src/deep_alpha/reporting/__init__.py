"""The report: pages of HTML, their pictures, and the table of results for a terminal."""

from deep_alpha.reporting.alphanet_inputs import AlphaNetInputs, AlphaNetTables
from deep_alpha.reporting.behaviour_inputs import BehaviourInputs, BehaviourTables
from deep_alpha.reporting.console import console_table
from deep_alpha.reporting.inputs import MarketCard, ModelResult, ReportInputs
from deep_alpha.reporting.portfolio_inputs import PortfolioInputs
from deep_alpha.reporting.reports import (
    write_alphanet_page,
    write_behaviour_page,
    write_portfolio_page,
    write_report,
    write_risk_page,
    write_scoreboard_page,
)
from deep_alpha.reporting.risk_inputs import RiskReportInputs
from deep_alpha.reporting.scoreboard_inputs import ScoreboardInputs

__all__ = [
    "AlphaNetInputs",
    "AlphaNetTables",
    "BehaviourInputs",
    "BehaviourTables",
    "MarketCard",
    "ModelResult",
    "PortfolioInputs",
    "ReportInputs",
    "RiskReportInputs",
    "ScoreboardInputs",
    "console_table",
    "write_alphanet_page",
    "write_behaviour_page",
    "write_portfolio_page",
    "write_report",
    "write_risk_page",
    "write_scoreboard_page",
]
