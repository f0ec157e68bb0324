"""The ablation pipeline: every part of paper 001's model, with it and without."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.ablation import nodes
from deep_alpha.pipelines.run_plan import run_plan_node

_TAG = "ablation"


def create_pipeline() -> Pipeline:
    """Plan the trials, fit them on the stored images and judge them."""
    return Pipeline(
        [
            run_plan_node(),
            Node(
                nodes.plan_ablation,
                inputs=["run_plan", "params:ablation", "params:alphanet_models"],
                outputs="ablation_trials",
                name="plan_ablation",
                tags=_TAG,
            ),
            Node(
                nodes.fit_ablation,
                inputs=[
                    "run_plan",
                    "params:ablation",
                    "ablation_trials",
                    "images",
                    "image_labels",
                    "image_residual_labels",
                    "folds",
                    "market_record",
                    "params:target",
                    "params:storage.models",
                ],
                outputs=["ablation_fits", "ablation_jobs", "ablation_looks"],
                name="fit_ablation",
                tags=_TAG,
            ),
            Node(
                nodes.judge_ablation,
                inputs=[
                    "run_plan",
                    "ablation_trials",
                    "ablation_fits",
                    "images",
                    "image_residual_labels",
                    "panel",
                    "params:target",
                ],
                outputs=["ablation_table", "ablation_history"],
                name="judge_ablation",
                tags=_TAG,
            ),
        ]
    )
