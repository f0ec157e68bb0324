"""The backtest pipeline: all signals, whichever family made them, on one protocol."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.backtest import nodes
from deep_alpha.pipelines.gathering import MODELS, SIGNALS, gather_signals, gathered
from deep_alpha.pipelines.run_plan import run_plan_node

_TAG = "backtest"


def create_pipeline() -> Pipeline:
    """Judge every stored signal."""
    return Pipeline(
        [
            run_plan_node(),
            *gather_signals(),
            gathered(MODELS, "seed_signals", "seed_signals"),
            gathered(SIGNALS, "other_signals", "other_signals"),
            Node(
                nodes.judge,
                inputs=[
                    "run_plan",
                    "panel",
                    "params:target",
                    "params:evaluation",
                    "all_signals",
                    "seed_signals",
                    "other_signals",
                ],
                outputs=["backtest_metrics", "daily_ic", "daily_portfolios"],
                name="judge",
                tags=_TAG,
            ),
        ]
    )
