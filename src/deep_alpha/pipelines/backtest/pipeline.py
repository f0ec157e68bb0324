"""The backtest pipeline: all signals, whichever family made them, on one protocol."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.backtest import (
    ledger_nodes,
    nodes,
    portfolio_nodes,
    portfolio_page_node,
    scoreboard_nodes,
)
from deep_alpha.pipelines.behaviour import tables
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
                    "params:exchange",
                    "all_signals",
                    "seed_signals",
                    "other_signals",
                ],
                outputs=["backtest_metrics", "daily_ic", "daily_portfolios"],
                name="judge",
                tags=_TAG,
            ),
            *_portfolios(),
            *_scoreboard(),
            *_pages(),
        ]
    )


def _portfolios() -> list[Node]:
    return [
        Node(
            scoreboard_nodes.lay_out_scores,
            inputs=["all_signals", "params:evaluation"],
            outputs="scores",
            name="lay_out_scores",
            tags=_TAG,
        ),
        Node(
            portfolio_nodes.hold_layers,
            inputs=[
                "scores",
                "panel",
                "params:evaluation",
                "params:portfolios",
                "params:exchange",
                "run_plan",
                "params:headline_model",
            ],
            outputs="layer_tables",
            name="hold_layers",
            tags=_TAG,
        ),
        Node(
            portfolio_nodes.weigh_benchmark,
            inputs=["panel", "market_tables", "params:portfolios"],
            outputs="benchmark",
            name="weigh_benchmark",
            tags=_TAG,
        ),
        Node(
            tables.find_crashes,
            inputs=[
                "panel",
                "benchmark",
                "daily_ic",
                "daily_portfolios",
                "run_plan",
                "params:paper_tables",
            ],
            outputs="crash_table",
            name="find_crashes",
            tags=_TAG,
        ),
        Node(
            portfolio_nodes.open_account_market,
            inputs=[
                "panel",
                "market_tables",
                "benchmark",
                "risk_exposures",
                "risk_returns",
                "params:exchange",
                "params:portfolios",
                "params:risk",
            ],
            outputs="account_market",
            name="open_account_market",
            tags=_TAG,
        ),
        Node(
            portfolio_nodes.hold_long_only,
            inputs=[
                "scores",
                "account_market",
                "params:portfolios",
                "params:evaluation",
                "run_plan",
                "params:headline_model",
            ],
            outputs="long_only_tables",
            name="hold_long_only",
            tags=_TAG,
        ),
        Node(
            portfolio_nodes.enhance_index,
            inputs=[
                "scores",
                "panel",
                "account_market",
                "params:portfolios",
                "params:evaluation",
                "run_plan",
                "params:headline_model",
            ],
            outputs="enhancement_tables",
            name="enhance_index",
            tags=_TAG,
        ),
    ]


def _scoreboard() -> list[Node]:
    return [
        Node(
            ledger_nodes.note_untrained_looks,
            inputs=[
                "run_plan",
                "scores",
                "other_signals",
                "daily_ic",
                "all_signals",
                "sensitivity_looks",
                "alphanet_looks",
                "ablation_looks",
                "panel",
                "folds",
                "market_record",
                "params:target",
                "params:evaluation",
            ],
            # Rows are added, and whoever reads the ledger finds all of it, those of fits too.
            outputs="ledger",
            name="note_untrained_looks",
            tags=_TAG,
        ),
        Node(
            scoreboard_nodes.open_label_book,
            inputs=[
                "panel",
                "risk_exposures",
                "risk_returns",
                "scores",
                "params:target",
                "run_plan",
            ],
            outputs="label_book",
            name="open_label_book",
            tags=_TAG,
        ),
        Node(
            scoreboard_nodes.fill_scoreboard,
            inputs=[
                "scores",
                "label_book",
                "panel",
                "ledger",
                "daily_portfolios",
                "layer_tables",
                "params:universe",
                "params:target",
                "params:evaluation",
                "run_plan",
                "params:headline_model",
            ],
            outputs="scoreboard_tables",
            name="fill_scoreboard",
            tags=_TAG,
        ),
    ]


def _pages() -> list[Node]:
    return [
        Node(
            scoreboard_nodes.draw_scoreboard,
            inputs=[
                "scoreboard_tables",
                "market_record",
                "params:evaluation",
                "params:universe",
                "params:target",
                "run_plan",
                "params:headline_model",
                "params:storage.report",
            ],
            outputs="scoreboard_page",
            name="draw_scoreboard",
            tags=_TAG,
        ),
        Node(
            portfolio_page_node.draw_portfolios,
            inputs=[
                "layer_tables",
                "long_only_tables",
                "enhancement_tables",
                "scoreboard_tables",
                "market_record",
                "params:exchange",
                "params:portfolios",
                "params:evaluation",
                "run_plan",
                "params:headline_model",
                "params:storage.report",
            ],
            outputs="portfolios_page",
            name="draw_portfolios",
            tags=_TAG,
        ),
    ]
