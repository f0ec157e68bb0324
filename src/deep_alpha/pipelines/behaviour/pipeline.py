"""The behaviour pipeline: one node a model, yardsticks beside them."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.alphanet import models as alphanet
from deep_alpha.pipelines.behaviour import nodes, stored_fits
from deep_alpha.pipelines.behaviour.models import FIXED, MODELS, SOURCES
from deep_alpha.pipelines.binding import bind
from deep_alpha.pipelines.fitting import fit_node, keep_records, meta_node
from deep_alpha.pipelines.run_plan import run_plan_node

_RESERVED = (*MODELS, *FIXED, *alphanet.MODELS)
_TAG = "behaviour"


def create_pipeline() -> Pipeline:
    """Fit the models of paper 000 and the yardsticks on the same folds."""
    fits = [fit_node(model, SOURCES[model], _TAG) for model in MODELS]
    return Pipeline(
        [
            run_plan_node(),
            meta_node(),
            _residual_node(),
            *fits,
            *_fixed_nodes(),
            _own_node(),
            _records_node(),
            *_looking_nodes(),
        ]
    )


def _residual_node() -> Node:
    return Node(
        nodes.label_residuals,
        inputs=["extended_features", "panel", "risk_targets", "params:target", "run_plan"],
        outputs="residual_labels",
        name="label_residuals",
        tags=_TAG,
    )


def _fixed_nodes() -> list[Node]:
    common = ["run_plan", "panel", "folds", "signal_meta", "params:universe"]
    return [
        Node(
            nodes.score_composite,
            inputs=common,
            outputs=["composite_signal", "composite_other_signals"],
            name="score",
            namespace="composite",
            tags=_TAG,
        ),
        Node(
            nodes.score_oracle,
            inputs=[*common, "oracle_scores"],
            outputs=["oracle_signal", "oracle_other_signals"],
            name="score",
            namespace="oracle",
            tags=_TAG,
        ),
    ]


def _own_node() -> Node:
    return Node(
        bind(nodes.fit_own_models, _RESERVED),
        inputs=[
            "run_plan",
            "features",
            "labels",
            "folds",
            "signal_meta",
            "params:own_models",
            "params:factors",
            "params:storage.models",
        ],
        outputs=["own_signals", "own_jobs"],
        name="fit_own_models",
        tags=_TAG,
    )


def _records_node() -> Node:
    return Node(
        bind(keep_records, nodes.PAPER),
        inputs=[
            "run_plan",
            "folds",
            "market_record",
            "params:target",
            *(f"{model}_jobs" for model in MODELS),
            "own_jobs",
        ],
        outputs=["job_records", "behaviour_metrics", "ledger_entries"],
        name="keep_records",
        tags=_TAG,
    )


def _looking_nodes() -> list[Node]:
    """What the stored fits look like from inside."""
    fitted = ["folds", "job_records"]
    return [
        Node(
            stored_fits.describe_networks,
            inputs=["run_plan", *fitted, "params:models", "params:storage.models"],
            outputs="architectures",
            name="describe_networks",
            tags=_TAG,
        ),
        Node(
            stored_fits.explain_models,
            inputs=[
                "run_plan",
                "features",
                "labels",
                *fitted,
                "params:paper_tables",
                "params:storage.models",
            ],
            outputs=["shap_factors", "shap_groups"],
            name="explain_models",
            tags=_TAG,
        ),
        Node(
            stored_fits.replay_with_training,
            inputs=[
                "run_plan",
                "features",
                "labels",
                *fitted,
                "params:models",
                "panel",
                "params:evaluation",
                "params:factors",
                "params:exchange",
                "params:paper_tables",
                "params:storage.models",
            ],
            outputs="with_training",
            name="replay_with_training",
            tags=_TAG,
        ),
    ]
