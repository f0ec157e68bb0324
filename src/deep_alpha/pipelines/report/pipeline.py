"""The report pipeline: metrics merged, pages drawn."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.alphanet import tables as alphanet
from deep_alpha.pipelines.behaviour import tables
from deep_alpha.pipelines.gathering import gather_signals
from deep_alpha.pipelines.report import nodes
from deep_alpha.pipelines.run_plan import run_plan_node


def create_pipeline() -> Pipeline:
    """Merge the metrics, draw the page of results and those of the papers."""
    return Pipeline(
        [
            run_plan_node(),
            *gather_signals(),
            Node(
                nodes.merge_metrics,
                inputs=[
                    "backtest_metrics",
                    "behaviour_metrics",
                    "alphanet_metrics",
                    "risk_metrics",
                ],
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
                nodes.collect_results,
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
                    "alphanet_records",
                    "ledger",
                    "ranking",
                    "stage_times",
                    "params:universe",
                    "params:factors",
                    "params:target",
                    "params:evaluation",
                ],
                outputs="results",
                name="collect_results",
                tags="report",
            ),
            Node(
                nodes.draw_report,
                inputs=["results", "params:storage.report"],
                outputs=["report_page", "results_table"],
                name="draw_report",
                tags="report",
            ),
            Node(
                tables.tabulate_paper,
                inputs=[
                    "run_plan",
                    "architectures",
                    "shap_factors",
                    "shap_groups",
                    "sensitivity_table",
                    "crash_table",
                    "with_training",
                    "scenario_tables",
                    "scoreboard_tables",
                    "job_records",
                    "metrics_now",
                    "params:models",
                    "params:factors",
                    "params:headline_model",
                ],
                outputs="behaviour_tables",
                name="tabulate_paper_000",
                tags="report",
            ),
            Node(
                nodes.draw_behaviour,
                inputs=["results", "behaviour_tables", "params:storage.report"],
                outputs="behaviour_page",
                name="draw_behaviour_page",
                tags="report",
            ),
            Node(
                alphanet.tabulate_paper_001,
                inputs=[
                    "alphanet_inside",
                    "ablation_table",
                    "ablation_history",
                    "scoreboard_tables",
                    "layer_tables",
                    "enhancement_tables",
                ],
                outputs="alphanet_tables",
                name="tabulate_paper_001",
                tags="report",
            ),
            Node(
                alphanet.draw_alphanet,
                inputs=[
                    "results",
                    "alphanet_tables",
                    "run_plan",
                    "params:alphanet_models",
                    "params:storage.report",
                ],
                outputs="alphanet_page",
                name="draw_alphanet_page",
                tags="report",
            ),
        ]
    )
