"""The nodes that fill paper 001's page and draw it, called without Kedro."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from deep_alpha.evaluation.conformance_001 import QUESTIONS
from deep_alpha.pipelines.alphanet import tables as nodes
from deep_alpha.pipelines.alphanet.models import PAPER
from deep_alpha.reporting import AlphaNetInputs, AlphaNetTables
from deep_alpha.training.plan import Profile
from tests.reporting.fake_alphanet import HEADLINE, fake_alphanet_inputs
from tests.training.small_walk import plan

CONF = Path(__file__).parents[2] / "conf/base/parameters/alphanet.yml"
JUDGED = ("board", "bases", "paired")
HELD = ("layers", "layer_curves", "monotonicity")
ENHANCED = ("enhancement", "enhancement_curves")
OTHERS = ("ablation", "ablation_history", "conformance")


@pytest.fixture(scope="module")
def inputs() -> AlphaNetInputs:
    return fake_alphanet_inputs()


def stored(tables: AlphaNetTables, *names: str) -> Mapping[str, object]:
    """Some tables as a partitioned dataset gives them."""
    return {name: (lambda name=name: getattr(tables, name)) for name in names}


def tabulated(tables: AlphaNetTables, inside: Mapping[str, object]) -> dict[str, pd.DataFrame]:
    return nodes.tabulate_paper_001(
        inside,
        tables.ablation,
        tables.ablation_history,
        stored(tables, *JUDGED),
        stored(tables, *HELD),
        stored(tables, *ENHANCED),
    )


def all_inside(tables: AlphaNetTables) -> Mapping[str, object]:
    elsewhere = {*JUDGED, *HELD, *ENHANCED, *OTHERS}
    return stored(tables, *(name for name in AlphaNetTables.names() if name not in elsewhere))


def test_every_table_of_the_page_is_filled(inputs: AlphaNetInputs) -> None:
    found = tabulated(inputs.tables, all_inside(inputs.tables))
    assert set(found) == set(AlphaNetTables.names())
    assert all(len(table) for table in found.values())
    assert found["conformance"]["id"].tolist() == [question.id for question in QUESTIONS]
    assert found["conformance"]["difference"].ne("").sum() > 15


def test_others_signals_are_left_out_and_references_kept(inputs: AlphaNetInputs) -> None:
    found = tabulated(inputs.tables, all_inside(inputs.tables))
    assert set(found["bases"]["signal"]) == {*PAPER, *nodes.RIVALS, "low_volatility", "random"}
    assert "mlp_rank" in set(found["board"]["signal"])
    other = inputs.tables.layers.assign(signal="mlp_rank")
    tables = inputs.tables
    more = {"layers": lambda: pd.concat([other, tables.layers], ignore_index=True)}
    held = {**stored(tables, *HELD), **more}
    judged = stored(tables, *JUDGED)
    again = nodes.tabulate_paper_001(
        {}, pd.DataFrame(), pd.DataFrame(), judged, held, stored(tables, *ENHANCED)
    )
    assert list(dict.fromkeys(again["layers"]["signal"])) == list(PAPER)


def test_what_was_not_run_is_empty(inputs: AlphaNetInputs, tmp_path: Path) -> None:
    tables = inputs.tables
    others = {
        name: (lambda name=name: getattr(tables, name).query("signal not in @PAPER"))
        for name in (*JUDGED, *HELD, *ENHANCED)
    }
    found = nodes.tabulate_paper_001(
        {}, pd.DataFrame(), pd.DataFrame(),
        {name: others[name] for name in JUDGED}, {name: others[name] for name in HELD},
        {name: others[name] for name in ENHANCED},
    )  # fmt: skip
    empty = {name for name, table in found.items() if table.empty}
    assert empty == set(AlphaNetTables.names()) - {"board", "bases", "conformance"}
    assert "alphanet_v4" not in set(found["conformance"]["difference"])


def test_tables_come_back_from_storage(inputs: AlphaNetInputs, tmp_path: Path) -> None:
    for name, table in tabulated(inputs.tables, all_inside(inputs.tables)).items():
        table.to_parquet(tmp_path / f"{name}.parquet")
        assert len(pd.read_parquet(tmp_path / f"{name}.parquet")) == len(table)


def test_the_page_is_drawn_with_the_branches_as_run(
    inputs: AlphaNetInputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[AlphaNetInputs] = []

    def write(found: AlphaNetInputs, folder: Path) -> Path:
        drawn.append(found)
        page = folder / "alphanet.html"
        page.write_text("<html></html>")
        return page

    monkeypatch.setattr(nodes, "write_alphanet_page", write)
    models = yaml.safe_load(CONF.read_text(encoding="utf-8"))["alphanet_models"]
    one = {"window": 10, "steps": 6, "stride": 5}
    profile = Profile.model_validate(
        {"seeds": [0], "horizons": [5], "models": {"alphanet_v2": {"config": {"branches": [one]}}}}
    )
    tables = stored(inputs.tables, *AlphaNetTables.names())
    run_plan = replace(plan(), profile=profile)
    page = nodes.draw_alphanet(inputs.results, tables, run_plan, models, str(tmp_path))
    assert page == "<html></html>"
    (found,) = drawn
    assert found.headline == HEADLINE
    assert found.paper == tuple(PAPER)
    assert found.branches["alphanet_v2"] == ((10, 6, 5),)
    assert found.branches["alphanet_v3"] == ((10, 3, 10), (5, 6, 5))
    assert [window for window, _, _ in found.branches["alphanet_v4"]] == [10, 2, 5, 22]
