"""The factors pipeline: panel → raw factors → feature rows, labels, folds."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.factors import nodes
from deep_alpha.pipelines.run_plan import run_plan_node


def create_pipeline() -> Pipeline:
    """Compute and scale the factors, label the rows and cut the folds."""
    return Pipeline(
        [
            run_plan_node(),
            Node(
                nodes.compute_factors,
                inputs=["panel", "params:factors"],
                outputs="raw_factors",
                name="compute_factors",
                tags="factors",
            ),
            Node(
                nodes.lay_features,
                inputs=["raw_factors", "panel", "params:universe", "params:factors"],
                outputs="features",
                name="lay_features",
                tags="factors",
            ),
            Node(
                nodes.lay_extended,
                inputs=["features", "panel", "market_tables", "params:factors", "params:risk"],
                outputs=["extended_features", "extended_summary"],
                name="lay_extended",
                tags="factors",
            ),
            Node(
                nodes.label_rows,
                inputs=["features", "panel", "risk_targets", "params:target", "run_plan"],
                outputs="labels",
                name="label_rows",
                tags="factors",
            ),
            Node(
                nodes.lay_sequences,
                inputs=["panel", "params:universe"],
                outputs="sequences",
                name="lay_sequences",
                tags="factors",
            ),
            Node(
                nodes.label_rows,
                inputs=["sequences", "panel", "risk_targets", "params:target", "run_plan"],
                outputs="sequence_labels",
                name="label_sequences",
                tags="factors",
            ),
            Node(
                nodes.cut_folds,
                inputs=["features", "labels", "params:folds", "run_plan"],
                outputs="folds",
                name="cut_folds",
                tags="factors",
            ),
            Node(
                nodes.tabulate_factors,
                inputs=[
                    "raw_factors",
                    "panel",
                    "params:universe",
                    "params:factors",
                    "params:target",
                    "run_plan",
                    "folds",
                    "features",
                ],
                outputs="own_factor_summary",
                name="tabulate_factors",
                tags="factors",
            ),
            Node(
                nodes.tabulate_other_version,
                inputs=[
                    "own_factor_summary",
                    "panel",
                    "params:universe",
                    "params:factors",
                    "params:target",
                    "run_plan",
                    "folds",
                    "features",
                ],
                outputs="factor_summary",
                name="tabulate_other_version",
                tags="factors",
            ),
        ]
    )
