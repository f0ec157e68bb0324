"""The simulate pipeline: one node."""

from kedro.pipeline import Node, Pipeline

from deep_alpha.market import Market
from deep_alpha.market.simulation import SimulationSettings, simulate_market


def simulate(simulation: SimulationSettings) -> Market:
    """Simulate a market from its settings."""
    return simulate_market(**simulation.model_dump())


def create_pipeline() -> Pipeline:
    """Write the simulated market's tables to ``data/01_raw/simulated``."""
    return Pipeline(
        [Node(simulate, inputs="params:simulation", outputs="simulated_market", name="simulate")]
    )
