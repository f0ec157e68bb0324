"""The ingest pipeline: market folder → quality gate → panel."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.pipelines.ingest import nodes


def create_pipeline() -> Pipeline:
    """Read or simulate a market, check it, and lay it out as a panel."""
    return Pipeline(
        [
            Node(
                nodes.obtain_market,
                inputs=["params:market", "params:simulation"],
                outputs="market",
                name="obtain_market",
            ),
            Node(
                nodes.pass_gate,
                inputs=["market", "params:gate", "params:price_limits"],
                outputs=["clean_market", "gate_findings", "quarantine"],
                name="pass_gate",
            ),
            Node(
                nodes.recognise_market,
                inputs=["clean_market", "params:market"],
                outputs="market_record",
                name="recognise_market",
            ),
            Node(
                nodes.lay_panel,
                inputs=["clean_market", "market_record"],
                outputs="panel",
                name="lay_panel",
            ),
            Node(
                nodes.keep_tables,
                inputs=["clean_market", "market_record"],
                outputs="market_tables",
                name="keep_tables",
            ),
            Node(
                nodes.keep_oracle,
                inputs=["clean_market", "market_record"],
                outputs="oracle_scores",
                name="keep_oracle",
            ),
            Node(
                nodes.keep_planted,
                inputs=["clean_market", "market_record"],
                outputs="planted_factor_returns",
                name="keep_planted",
            ),
        ],
        tags="ingest",
    )
