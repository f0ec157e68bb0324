"""The export pipeline: what is stored, in the forms that other libraries read."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.export import nodes


def create_pipeline() -> Pipeline:
    """Write every stored signal with what backtest made of it."""
    return Pipeline(
        [
            Node(
                nodes.write_exports,
                inputs=[
                    # First, because it is loaded first: without signals nothing else matters.
                    "stored_signals",
                    "panel",
                    "daily_portfolios",
                    "long_only_tables",
                    "enhancement_tables",
                    "params:export",
                    "params:evaluation",
                    "params:target",
                    "params:storage.report",
                ],
                outputs=None,
                name="write_exports",
                tags="export",
            ),
        ]
    )
