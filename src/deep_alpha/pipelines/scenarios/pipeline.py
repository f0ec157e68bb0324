"""The scenarios pipeline: three scenarios, each in two variants, and their tables."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.factors.scenarios import SCENARIOS, VARIANTS
from deep_alpha.pipelines.binding import bind
from deep_alpha.pipelines.run_plan import run_plan_node
from deep_alpha.pipelines.scenarios import nodes
from deep_alpha.pipelines.scenarios.nodes import Study

STUDIES = tuple(Study(scenario, variant) for scenario in SCENARIOS for variant in VARIANTS)
_TAG = "scenarios"


def create_pipeline() -> Pipeline:
    """Fit every scenario on its events, and foretell each one's indicator."""
    each = [node for study in STUDIES for node in _study_nodes(study)]
    return Pipeline([run_plan_node(), _behaviours_node(), *each, _events_node(), _tables_node()])


def _behaviours_node() -> Node:
    return Node(
        nodes.detect_behaviours,
        inputs=["panel", "params:scenarios.indicators"],
        outputs="behaviours",
        name="detect_behaviours",
        tags=_TAG,
    )


def _study_nodes(study: Study) -> list[Node]:
    place, namespace = f"{study.name}_scenario", f"scenario.{study.scenario}"
    model = study.scenario if study.variant == "outcome" else "occurrence"
    return [
        Node(
            bind(nodes.lay_study, study),
            inputs=[
                "features",
                "behaviours",
                "panel",
                "params:universe",
                "params:factors",
                "params:scenarios.rules",
            ],
            outputs=[f"{place}_rows", f"{place}_labels"],
            name=f"lay_{study.variant}",
            namespace=namespace,
            tags=_TAG,
        ),
        Node(
            bind(nodes.fit_study, study),
            inputs=[
                "run_plan",
                "features",
                f"{place}_rows",
                f"{place}_labels",
                "params:folds",
                "params:scenarios.rules",
                f"params:scenarios.models.{model}",
                "market_record",
                "params:storage.models",
            ],
            outputs=[f"{place}_scores", f"{place}_record"],
            name=f"fit_{study.variant}",
            namespace=namespace,
            tags=_TAG,
        ),
        Node(
            bind(nodes.judge_study, study),
            inputs=[f"{place}_scores", f"{place}_record", "params:evaluation"],
            outputs=f"{place}_results",
            name=f"judge_{study.variant}",
            namespace=namespace,
            tags=_TAG,
        ),
    ]


def _events_node() -> Node:
    outcomes = [f"{scenario}_outcome_scenario" for scenario in SCENARIOS]
    return Node(
        bind(nodes.count_events, tuple(SCENARIOS)),
        inputs=[
            "features",
            "behaviours",
            "panel",
            "params:scenarios.rules",
            f"{outcomes[0]}_record",
            *(f"{place}_rows" for place in outcomes),
            *(f"{place}_labels" for place in outcomes),
        ],
        outputs="scenario_events",
        name="count_events",
        tags=_TAG,
    )


def _tables_node() -> Node:
    places = [f"{study.name}_scenario" for study in STUDIES]
    return Node(
        bind(nodes.keep_tables, STUDIES),
        inputs=[
            "scenario_events",
            *(f"{place}_results" for place in places),
            *(f"{place}_record" for place in places),
        ],
        outputs=["scenario_tables", "scenario_looks"],
        name="keep_scenario_tables",
        tags=_TAG,
    )
