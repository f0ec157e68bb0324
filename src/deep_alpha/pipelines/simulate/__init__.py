"""Write a simulated market as a folder, as an example of the layout."""

from deep_alpha.pipelines.simulate.pipeline import create_pipeline

__all__ = ["create_pipeline"]
