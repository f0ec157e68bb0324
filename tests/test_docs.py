"""The documentation says what the code does: tables, commands and snippets are checked."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from deep_alpha.factors import BEHAVIOURAL_FACTORS, FACTOR_SETS
from deep_alpha.factors.behaviours import INDICATORS, BehaviourSettings
from deep_alpha.factors.features import FactorSettings
from deep_alpha.factors.scenarios import SCENARIOS, scenario_inputs
from deep_alpha.folds import FoldSettings
from deep_alpha.imports import load_object
from deep_alpha.market import GateSettings, simulate_market, write_market
from deep_alpha.market.limits import PriceLimitRule
from deep_alpha.market.tables import TABLES
from deep_alpha.models.cnn import CNN
from deep_alpha.models.cnn_windows import CNNWindows
from deep_alpha.models.mlp import MLP
from deep_alpha.models.svr import SupportVectorRegression
from deep_alpha.pipeline_registry import register_pipelines
from deep_alpha.pipelines.behaviour.models import BEYOND, EXTENDED, PAPER, RESIDUAL, YARDSTICKS
from deep_alpha.pipelines.sensitivity.settings import SensitivitySettings
from deep_alpha.pipelines.sensitivity.trials import Trial, plan_trials
from deep_alpha.risk.catalogue import DESCRIPTORS, STYLES
from deep_alpha.risk.tables import window_words
from deep_alpha.training.device import DeviceSettings
from tests.pipelines.conftest import runner

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "deep_alpha"
PAGES = sorted(DOCS.rglob("*.md"))
PIPELINES = set(register_pipelines()) - {"__default__"}
GATE_CALLS = {"quarantine", "blank", "list_cases", "add"}


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def tables(text: str) -> Iterator[list[dict[str, str]]]:
    """Every Markdown table of a text, as rows by column title, code marks taken off."""
    for block in re.findall(r"(?:^\|.*\n?)+", text, flags=re.MULTILINE):
        lines = [
            [cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])]
            for line in block.splitlines()
        ]
        yield [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def table_with(text: str, *titles: str) -> list[dict[str, str]]:
    """All rows of the tables that have these columns."""
    found = [rows for rows in tables(text) if rows and set(titles) <= set(rows[0])]
    assert found, f"no table with the columns {titles}"
    return [row for rows in found for row in rows]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}[^\n]*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


# --- paper 000 ---------------------------------------------------------------------------------


def test_the_factor_table_is_the_catalogue() -> None:
    rows = table_with(page("paper-000.md"), "Row", "Name", "Formula", "Group", "Note")
    documented = [
        (int(row["Row"]), row["Name"], row["Formula"], row["Group"], row["Note"]) for row in rows
    ]
    assert documented == [
        (factor.number, factor.name, factor.formula, factor.group, factor.note)
        for factor in BEHAVIOURAL_FACTORS
    ]


def test_the_factor_sets_are_all_there() -> None:
    rows = table_with(page("paper-000.md"), "factors.set", "Rows")
    assert {row["factors.set"].split("`")[0] for row in rows} == set(FACTOR_SETS)


def test_the_models_are_those_of_the_parameters() -> None:
    rows = table_with(page("paper-000.md"), "Model", "target", "loss")
    kinds = {MLP: "MLP", CNN: "CNN", SupportVectorRegression: "SVR"}
    assert [row["Model"] for row in rows] == [*PAPER, *BEYOND]
    for row in rows:
        spec = parameters("base")["models"][row["Model"]]
        model = load_object(spec["model_class"])
        acting = settings_that_act(model.config_type.model_validate(spec["config"]))
        name, reads = row.pop("Model"), row.pop("Reads", "")
        assert row.pop("Kind", kinds[model]) == kinds[model]
        assert name.startswith(kinds[model].lower())
        assert ("extended76" in reads) == (BEYOND.get(name) in (EXTENDED, RESIDUAL))
        settings = {title.strip("`"): value for title, value in row.items()}
        assert settings == {key: acting.get(key, "") for key in settings}, name


def settings_that_act(config: Any) -> dict[str, str]:
    """A model's settings without those that another one makes meaningless."""
    settings = config.model_dump()
    idle = {"y_scale", "clip"} if settings["target"] == "rank" else set()
    idle |= {"label_up"} if settings.get("loss") != "dual" else set()
    return {name: str(value) for name, value in settings.items() if name not in idle}


def test_the_settings_of_the_models_are_explained() -> None:
    rows = table_with(page("paper-000.md"), "Setting", "Values", "Decision")
    compared = next(tables(page("paper-000.md").split("\n## Models\n")[1]))[0]
    assert [row["Setting"] for row in rows] == list(compared)[1:]


def test_the_yardsticks_are_all_there() -> None:
    rows = table_with(page("paper-000.md"), "Name", "What it is")
    assert {row["Name"] for row in rows} == {*YARDSTICKS, "composite", "oracle"}


def test_the_networks_have_as_many_parameters_as_is_said() -> None:
    text, draws = page("paper-000.md"), torch.Generator()
    dual = CNN.config_type(loss="dual")
    networks = [
        MLP().build(40, MLP.config_type(), draws),
        CNN().build(40, CNN.config_type(), draws),
        CNN().build(40, dual, draws),
        CNNWindows().build(40, CNNWindows.config_type(), draws),
    ]
    for network in networks:
        assert f"{sum(part.numel() for part in network.parameters()):,}" in text


def test_the_indicators_and_their_thresholds_are_documented() -> None:
    rows = table_with(page("paper-000.md"), "Indicator", "Is there if", "Thresholds")
    assert [row["Indicator"] for row in rows] == list(INDICATORS)
    settings = [name for row in rows for name in row["Thresholds"].replace("`", "").split(", ")]
    assert settings == list(BehaviourSettings.model_fields)


def test_the_scenarios_are_those_of_the_code() -> None:
    rows = table_with(page("paper-000.md"), "Scenario", "Events", "Inputs", "Task")
    models = parameters("base")["scenarios"]["models"]
    assert [row["Scenario"] for row in rows] == list(SCENARIOS)
    for row in rows:
        scenario = SCENARIOS[row["Scenario"]]
        count = len(scenario_inputs(scenario, "table40")) - len(INDICATORS)
        assert row["Inputs"] == f"{count} {scenario.group} factors"
        assert row["Task"].startswith(models[row["Scenario"]]["config"]["task"])
        assert all(name in row["Events"] for name in scenario.events)


def test_the_axes_of_the_sensitivities_are_those_of_the_parameters() -> None:
    text = page("paper-000.md")
    documented = {row["Axis"]: row["Starts from"] for row in table_with(text, "Axis", "Variants")}
    axes = parameters("base")["sensitivity"]["axes"]
    assert documented == {name: axis["model"] for name, axis in axes.items()}
    found = trials({})
    assert f"The {len(found)} variants are {len({trial.job for trial in found})} different" in text


def trials(changes: dict[str, Any]) -> list[Trial]:
    """What the sensitivities would fit with some parameters laid over their axes."""
    known = parameters("base")
    content = {**known["sensitivity"], **changes}
    content["axes"] = {**known["sensitivity"]["axes"], **changes.get("axes", {})}
    return plan_trials(
        SensitivitySettings.model_validate(content),
        known["models"],
        FactorSettings.model_validate(known["factors"]),
        FoldSettings.model_validate(known["folds"]),
    )


def test_the_example_of_an_own_variant_resolves() -> None:
    (example,) = (
        text for text in blocks(page("add-your-own.md"), "yaml") if text.startswith("sensitivity")
    )
    found = trials(yaml.safe_load(example)["sensitivity"])
    assert [trial.base for trial in found] == [True, False, False]


def test_what_the_page_of_the_paper_shows_is_stored_where_is_said() -> None:
    rows = table_with(page("paper-000.md"), "Section", "Data")
    catalog = "".join(file.read_text() for file in (ROOT / "conf/base/catalog").glob("*.yml"))
    code = SOURCE / "reporting" / "sections" / "behaviour"
    sections = "".join(file.read_text() for file in code.glob("*.py"))
    for row in rows:
        assert f'"{row["Section"]}' in sections
        for path in row["Data"].replace("`", "").split(", "):
            assert f"/{path.rstrip('/')}" in catalog


# --- the risk model ----------------------------------------------------------------------------


def test_the_descriptor_table_is_the_catalogue() -> None:
    rows = table_with(page("risk-model.md"), "Descriptor", "Style", "Weight", "Window")
    documented = [tuple(value.replace("\\|", "|") for value in row.values()) for row in rows]
    assert documented == [
        (
            each.name,
            each.style,
            f"{each.weight:g}",
            each.formula,
            window_words(each.window),
            each.source,
            each.distance,
        )
        for each in DESCRIPTORS
    ]


def test_the_weights_of_a_style_add_up_to_one() -> None:
    for style in STYLES:
        weights = [each.weight for each in DESCRIPTORS if each.style == style]
        assert sum(weights) == pytest.approx(1.0), style
    assert len(DESCRIPTORS) == 21


# --- your own data -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_the_columns_of_a_table_are_documented(name: str) -> None:
    section = page("your-own-data.md").split(f"\n### {name}\n")[1].split("\n## ")[0]
    rows = next(tables(section))
    documented = [(row["Column"], row["Required"] == "**required**", row["Unit"]) for row in rows]
    columns = TABLES[name].columns
    assert documented == [(column.name, column.required, column.unit) for column in columns]
    assert all(row["What it is"] for row in rows if row["Column"] not in TABLES[name].key)


def test_every_rule_of_the_gate_is_documented() -> None:
    rows = table_with(page("your-own-data.md"), "Rule", "Action", "What to do")
    assert {row["Rule"] for row in rows} == set(gate_rules())
    for row in rows:
        assert re.match(r"quarantined|blanked|listed", row["Action"])


def gate_rules() -> Iterator[str]:
    """Names of rules: first arguments of the inspection's calls, and keys of ``faults``."""
    for file in (SOURCE / "market" / "gate").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            found: list[ast.expr | None] = []
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                found = list(node.args[:1]) if node.func.attr in GATE_CALLS else []
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name) and target.id == "faults":
                    assert isinstance(node.value, ast.Dict)
                    found = list(node.value.keys)
                elif isinstance(target, ast.Subscript) and ast.unparse(target.value) == "faults":
                    found = [target.slice]
            for value in found:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


def test_the_gate_s_thresholds_are_documented() -> None:
    rows = [
        row
        for row in table_with(page("your-own-data.md"), "Parameter", "Default", "Meaning")
        if row["Parameter"].startswith("gate.")
    ]
    defaults = {f"gate.{name}": value for name, value in GateSettings().model_dump().items()}
    assert {row["Parameter"]: json.loads(row["Default"]) for row in rows} == defaults


def test_every_proxy_is_documented() -> None:
    text = page("your-own-data.md").split("\n## What stands in")[1].split("\n## ")[0]
    for file in ("build.py", "proxies.py"):
        for node in ast.walk(ast.parse((SOURCE / "panel" / file).read_text())):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Subscript)
                and ast.unparse(node.targets[0].value) == "proxies"
            ):
                assert ast.literal_eval(node.value) in text


def test_the_fields_of_a_price_limit_are_documented() -> None:
    rows = table_with(page("your-own-data.md"), "Field", "Meaning")
    fields = {name.strip("` ") for row in rows for name in row["Field"].split(",")}
    assert fields == set(PriceLimitRule.model_fields)


# --- parameters and commands -------------------------------------------------------------------


def parameters(env: str) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for file in sorted((ROOT / "conf" / env / "parameters").glob("*.yml")):
        content |= yaml.safe_load(file.read_text())
    return content


_NOT_LISTED = ("profiles", "models", "alphanet_models", "axes", "classes")


def leaves(content: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        name = f"{path}{key}"
        if key in _NOT_LISTED and isinstance(value, dict):
            continue
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{name}.")
        elif isinstance(value, str):
            yield name, value.removeprefix("${globals:root}/")
        else:
            yield name, value


def test_every_parameter_is_documented_with_its_default() -> None:
    rows = table_with(page("commands.md"), "Parameter", "Default", "Meaning")
    documented = {row["Parameter"]: row["Default"] for row in rows}
    for name, value in leaves(parameters("base")):
        shown = value if isinstance(value, str) else json.dumps(value)
        assert documented.get(name) == shown, f"docs/commands.md: {name} is {shown}"
    others = set(documented) - {name for name, _ in leaves(parameters("base"))}
    assert others == {
        "models",
        "alphanet_models",
        "ablation.axes",
        "scenarios.models",
        "sensitivity.axes",
        "devices.cpu.classes",
        "devices.cuda.classes",
    }


def test_every_profile_is_documented_with_its_seeds_and_horizons() -> None:
    rows = {row["Profile"]: row for row in table_with(page("commands.md"), "Profile", "Seeds")}
    profiles = parameters("base")["profiles"]
    assert set(rows) == set(profiles)
    (horizons,) = (title for title in rows["small"] if title.startswith("Horizons"))
    for name, profile in profiles.items():
        assert rows[name]["Seeds"] == ", ".join(map(str, profile["seeds"]))
        assert rows[name][horizons] == ", ".join(map(str, profile["horizons"]))


def test_the_device_settings_are_documented() -> None:
    rows = {row["Setting"]: row for row in table_with(page("how-it-works.md"), "Setting", "cuda")}
    defaults = DeviceSettings().model_dump()
    assert set(rows) == set(defaults)
    for kind, settings in parameters("base")["devices"].items():
        for name, row in rows.items():
            shown = settings.get(name, "")
            assert row[kind] == (shown if isinstance(shown, str) else json.dumps(shown))
            assert row["Default"] == str(defaults[name]).lower().removesuffix(".0")


def test_every_pipeline_is_documented() -> None:
    named = re.findall(
        r"^\| `kedro run --pipelines=(\w+)`", page("commands.md"), flags=re.MULTILINE
    )
    assert set(named) == PIPELINES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_commands_name_what_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    known = parameters("base")
    for names in re.findall(r"--pipelines?=([\w,]+)", text):
        assert set(names.split(",")) <= PIPELINES
    for env in re.findall(r"kedro run --env=(\w+)", text):
        assert env == "tokyo" or (ROOT / "conf" / env).is_dir()
    for target in re.findall(r"(?:`|^)make ([a-z]+)", text, flags=re.MULTILINE):
        assert f"\n{target}:" in (ROOT / "Makefile").read_text()
    for name in re.findall(r"(?:--params=|,)([a-z_.]+)=", text):
        level: Any = known
        for key in name.split("."):
            if ".config." in name or name.startswith(
                ("own_models.", "factors.own.", "key", "group")
            ):
                break
            assert key in level, f"{path.name}: there is no parameter {name}"
            level = level[key]


# --- pages -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a market folder and a data root, as the snippets name them."""
    place = tmp_path_factory.mktemp("docs")
    write_market(simulate_market(n_assets=30, n_days=60), place / "FOLDER")
    run = runner(place / "data")
    next(run)("ingest", "factors", "risk", "behaviour_fits", "score")
    run.close()
    return place


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_snippets_of_a_page_run(
    path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    names: dict[str, Any] = {}
    for code in blocks(path.read_text(encoding="utf-8"), "python"):
        if "--8<--" not in code:
            exec(compile(code, path.name, "exec"), names)  # noqa: S102


def test_every_decision_is_in_the_list() -> None:
    listed = re.findall(r"\]\((\d{4}[\w-]+\.md)\)", page("decisions/index.md"))
    assert listed == sorted(file.name for file in (DOCS / "decisions").glob("0*.md"))
    for number, name in enumerate(listed, start=1):
        title = page(f"decisions/{name}").splitlines()[0]
        assert title.startswith(f"# {number:04d} ")
        assert title[7:] in page("decisions/index.md")


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="mkdocs comes with the extra `docs`")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    config = load_config(str(ROOT / "mkdocs.yml"), strict=True, site_dir=str(tmp_path / "site"))
    build(config)
    html = (tmp_path / "site" / "add-your-own" / "index.html").read_text()
    assert "illiquidity" in html
    assert "fonts.googleapis.com" not in html
