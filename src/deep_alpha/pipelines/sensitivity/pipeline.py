"""The sensitivity pipeline: every open question of paper 000 answered in other ways."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.run_plan import run_plan_node
from deep_alpha.pipelines.sensitivity import nodes

_TAG = "sensitivity"


def create_pipeline() -> Pipeline:
    """Lay the trials' tables, fit them on the run's rows and judge them."""
    return Pipeline(
        [
            run_plan_node(),
            Node(
                nodes.plan_sensitivity,
                inputs=[
                    "run_plan",
                    "params:sensitivity",
                    "params:models",
                    "params:factors",
                    "params:folds",
                    "features",
                    "panel",
                ],
                outputs="trial_plan",
                name="plan_sensitivity",
                tags=_TAG,
            ),
            Node(
                nodes.fit_trials,
                inputs=[
                    "run_plan",
                    "params:sensitivity",
                    "trial_plan",
                    "features",
                    "labels",
                    "market_record",
                    "params:target",
                    "params:storage.models",
                ],
                outputs=["trial_scores", "sensitivity_jobs", "sensitivity_looks"],
                name="fit_trials",
                tags=_TAG,
            ),
            Node(
                nodes.judge_sensitivity,
                inputs=["run_plan", "trial_plan", "trial_scores", "panel", "params:target"],
                outputs="sensitivity_table",
                name="judge_sensitivity",
                tags=_TAG,
            ),
        ]
    )
