"""The project's pipelines by name."""

from kedro.pipeline import Pipeline

from deep_alpha.pipelines import backtest, behaviour, factors, ingest, report, risk, score, simulate


def register_pipelines() -> dict[str, Pipeline]:
    """Every pipeline that ``kedro run --pipeline=NAME`` knows.

    Returns:
        Pipelines by name; ``__default__`` is the whole way from market to report.
    """
    parts = {
        "ingest": ingest.create_pipeline(),
        "factors": factors.create_pipeline(),
        "risk": risk.create_pipeline(),
        "behaviour": behaviour.create_pipeline(),
        "backtest": backtest.create_pipeline(),
        "score": score.create_pipeline(),
        "report": report.create_pipeline(),
    }
    return {
        # A sum, because the pipelines share nodes and Pipeline([...]) refuses duplicates.
        "__default__": sum(parts.values(), start=Pipeline([])),
        **parts,
        "simulate": simulate.create_pipeline(),
    }
