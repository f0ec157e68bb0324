"""The alphanet pipeline: one node a model of paper 001, and its yardsticks."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.alphanet import nodes, stored_fits
from deep_alpha.pipelines.alphanet.models import MODELS, PAPER, SOURCES
from deep_alpha.pipelines.binding import bind
from deep_alpha.pipelines.fitting import fit_node, keep_records, meta_node
from deep_alpha.pipelines.run_plan import run_plan_node

_TAG = "alphanet"


def create_pipeline() -> Pipeline:
    """Lay the images out, walk AlphaNet V1 to V4 through the folds, and look inside."""
    return Pipeline(
        [
            run_plan_node(),
            meta_node(),
            Node(
                nodes.lay_images,
                inputs=["panel", "params:universe", "risk_exposures"],
                outputs="images",
                name="lay_images",
                tags=_TAG,
            ),
            Node(
                nodes.label_images,
                inputs=["images", "panel", "risk_targets", "params:target", "run_plan"],
                outputs=["image_labels", "image_residual_labels"],
                name="label_images",
                tags=_TAG,
            ),
            *(fit_node(model, SOURCES[model], _TAG, "alphanet_models") for model in MODELS),
            Node(
                bind(keep_records, nodes.PAPER),
                inputs=[
                    "run_plan",
                    "folds",
                    "market_record",
                    "params:target",
                    *(f"{model}_jobs" for model in MODELS),
                ],
                outputs=["alphanet_records", "alphanet_metrics", "alphanet_looks"],
                name="keep_alphanet_records",
                tags=_TAG,
            ),
            Node(
                stored_fits.look_into_alphanets,
                inputs=[
                    "run_plan",
                    "panel",
                    "params:universe",
                    "images",
                    "image_labels",
                    "image_residual_labels",
                    "folds",
                    "alphanet_records",
                    "params:alphanet_models",
                    "params:storage.models",
                    "risk_exposures",
                    *(f"{model}_signal" for model in PAPER),
                ],
                outputs="alphanet_inside",
                name="look_into_alphanets",
                tags=_TAG,
            ),
        ]
    )
