"""The risk pipeline: panel → descriptors → exposures → factor and specific returns → targets."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.risk import nodes
from deep_alpha.pipelines.run_plan import run_plan_node


def create_pipeline() -> Pipeline:
    """Fit the risk model, make its targets, check it and draw its page."""
    return Pipeline(
        [
            run_plan_node(),
            Node(
                nodes.prepare_basis,
                inputs=["panel", "market_tables", "params:risk"],
                outputs="risk_basis",
                name="prepare_risk_basis",
                tags="risk",
            ),
            Node(
                nodes.describe_assets,
                inputs=["panel", "risk_basis", "market_tables", "params:risk", "run_plan"],
                outputs="risk_descriptors",
                name="describe_assets",
                tags="risk",
            ),
            Node(
                nodes.expose_assets,
                inputs=["panel", "risk_basis", "risk_descriptors", "params:risk"],
                outputs=["risk_exposures", "exposure_record"],
                name="expose_assets",
                tags="risk",
            ),
            Node(
                nodes.regress_returns,
                inputs=["risk_exposures", "risk_basis", "run_plan"],
                outputs=["risk_returns", "risk_regressions"],
                name="regress_returns",
                tags="risk",
            ),
            Node(
                nodes.make_targets,
                inputs=["panel", "risk_exposures", "risk_returns", "params:target", "run_plan"],
                outputs="risk_targets",
                name="make_targets",
                tags="risk",
            ),
            Node(
                nodes.diagnose_model,
                inputs=[
                    "risk_exposures",
                    "risk_returns",
                    "risk_targets",
                    "risk_basis",
                    "risk_descriptors",
                    "exposure_record",
                    "risk_regressions",
                    "planted_factor_returns",
                    "params:risk",
                    "run_plan",
                ],
                outputs=["risk_tables", "risk_metrics"],
                name="diagnose_risk_model",
                tags="risk",
            ),
            Node(
                nodes.draw_risk_page,
                inputs=[
                    "panel",
                    "market_record",
                    "risk_returns",
                    "risk_tables",
                    "params:risk",
                    "run_plan",
                    "params:storage.report",
                ],
                outputs="risk_page",
                name="draw_risk_page",
                tags="risk",
            ),
        ]
    )
