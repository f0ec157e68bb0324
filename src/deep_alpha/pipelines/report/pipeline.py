"""The report pipeline: metrics merged, page drawn."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.gathering import gather_signals
from deep_alpha.pipelines.report import nodes
from deep_alpha.pipelines.run_plan import run_plan_node


def create_pipeline() -> Pipeline:
    """Merge the metrics and draw the report."""
    return Pipeline(
        [
            run_plan_node(),
            *gather_signals(),
            Node(
                nodes.merge_metrics,
                inputs=["backtest_metrics", "behaviour_metrics", "risk_metrics"],
                outputs="metrics_now",
                name="merge_metrics",
                tags="report",
            ),
            Node(
                nodes.copy_metrics,
                inputs="metrics_now",
                outputs="metrics",
                name="copy_metrics",
                tags="report",
            ),
            Node(
                nodes.draw_report,
                inputs=[
                    "run_plan",
                    "panel",
                    "market_record",
                    "features",
                    "gate_findings",
                    "folds",
                    "factor_summary",
                    "metrics_now",
                    "daily_ic",
                    "daily_portfolios",
                    "all_signals",
                    "job_records",
                    "ledger",
                    "ranking",
                    "stage_times",
                    "params:universe",
                    "params:factors",
                    "params:target",
                    "params:evaluation",
                    "params:storage.report",
                ],
                outputs=["report_page", "results_table"],
                name="draw_report",
                tags="report",
            ),
        ]
    )
