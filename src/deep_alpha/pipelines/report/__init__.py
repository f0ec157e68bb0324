"""The report and the table of results."""

from deep_alpha.pipelines.report.pipeline import create_pipeline

__all__ = ["create_pipeline"]
