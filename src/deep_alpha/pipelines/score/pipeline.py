"""The score pipeline: today's ranking from the newest fitted fold."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.binding import bind
from deep_alpha.pipelines.gathering import SOURCES
from deep_alpha.pipelines.run_plan import run_plan_node
from deep_alpha.pipelines.score import nodes


def create_pipeline() -> Pipeline:
    """Rank the newest date; ``--load-versions=mlp_rank_final:…`` ranks with an older fit."""
    return Pipeline(
        [
            run_plan_node(),
            Node(
                bind(nodes.rank_newest, {name: source.table for name, source in SOURCES.items()}),
                inputs=[
                    "params:headline_model",
                    "run_plan",
                    "panel",
                    "features",
                    "labels",
                    "extended_features",
                    "sequences",
                    "sequence_labels",
                    "images",
                    "image_labels",
                    *(f"{model}_final" for model in SOURCES),
                ],
                outputs="ranking",
                name="rank_newest",
                tags="score",
            ),
        ]
    )
