"""The documentation says what the code does: tables, commands and snippets are checked."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deep_alpha.factors import BEHAVIOURAL_FACTORS, FACTOR_SETS
from deep_alpha.market import GateSettings, simulate_market, write_market
from deep_alpha.market.limits import PriceLimitRule
from deep_alpha.market.tables import TABLES
from deep_alpha.models.mlp import MLPConfig
from deep_alpha.risk.catalogue import DESCRIPTORS, STYLES
from deep_alpha.risk.tables import window_words
from deep_alpha.training.device import DeviceSettings
from tests.pipelines.conftest import runner

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "deep_alpha"
PAGES = sorted(DOCS.rglob("*.md"))
PIPELINES = {"ingest", "factors", "risk", "behaviour", "backtest", "score", "report", "simulate"}
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


def test_the_two_configurations_are_those_of_the_parameters() -> None:
    rows = table_with(page("paper-000.md"), "Setting", "Decision")
    models = parameters("base")["models"]
    for row in rows:
        for name in ("mlp_literal", "mlp_rank"):
            config = MLPConfig.model_validate(models[name]["config"])
            (cell,) = (text for title, text in row.items() if title.startswith(f"{name}`"))
            value = str(getattr(config, row["Setting"]))
            plain = {"none needed": "none", "always scaled": "train_std"}.get(cell, cell)
            assert plain.split("`")[0].split(":")[0] == value, (name, row["Setting"])


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


def leaves(content: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        name = f"{path}{key}"
        if name in ("profiles", "models", "storage"):
            continue
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{name}.")
        else:
            yield name, value


def test_every_parameter_is_documented_with_its_default() -> None:
    rows = table_with(page("commands.md"), "Parameter", "Default", "Meaning")
    documented = {row["Parameter"]: row["Default"] for row in rows}
    for name, value in leaves(parameters("base")):
        shown = value if isinstance(value, str) else json.dumps(value)
        assert documented.get(name) == shown, f"docs/commands.md: {name} is {shown}"
    others = set(documented) - {name for name, _ in leaves(parameters("base"))}
    assert others == {"models", "storage.models", "storage.report"}


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
            if name.startswith(("own_models.", "factors.own.", "models.", "key", "group")):
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
    next(run)("ingest", "factors", "behaviour", "score")
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
