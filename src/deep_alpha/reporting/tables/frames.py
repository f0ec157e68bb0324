"""Tables that are frames already: findings, factors, ranking, ledger, folds, stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from deep_alpha.evaluation.factor_summary import other_version
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.figures.factors import GROUP_HUES, GROUP_WORDS
from deep_alpha.reporting.formats import (
    anything,
    count,
    day,
    decimal,
    duration,
    percent,
    places_for,
    small_percent,
)
from deep_alpha.reporting.inputs import ReportInputs
from deep_alpha.reporting.tables.marks import tint
from deep_alpha.reporting.tables.plain import plain_table


def findings_table(findings: Sequence[Mapping[str, Any]], market: str) -> Table:
    """What the quality gate found, and what it did about it."""
    rows = [
        Row(
            anything(found.get("rule")),
            [
                Cell(anything(found.get("table"))),
                Cell(anything(found.get("action"))),
                Cell(count(found.get("count"))),
                Cell(small_percent(found.get("share"))),
                Cell(anything(found.get("examples"))),
            ],
        )
        for found in findings
    ]
    return Table(
        [
            Column("rule", numeric=False),
            Column("table", numeric=False),
            Column("action", numeric=False),
            Column("rows"),
            Column("share"),
            Column("examples", numeric=False),
        ],
        rows,
        "Findings of the quality gate. Nothing was dropped silently: quarantined rows are kept "
        "aside with their reason, blanked values are missing from then on, listed ones only "
        "deserve a look.",
        market,
    )


def folds_table(manifest: Mapping[str, Any], market: str) -> Table:
    """First and last feature and label date of each segment of each fold."""
    rows: list[Row] = []
    for fold in manifest["folds"]:
        note = "selection on test, leaks by design" if fold["leaks_by_design"] else ""
        rows.append(Row(fold["name"], note=note, style="group"))
        for name in ("train", "valid", "test"):
            part = fold[name]
            label = day(part["last_label"]) if part["last_label"] else "not known yet"
            first = day(part["first_label"]) if part["first_label"] else "not known yet"
            texts = [
                count(part["days"]),
                day(part["first_feature"]),
                day(part["last_feature"]),
                first,
                label,
            ]
            rows.append(Row(name, [Cell(text) for text in texts]))
    return Table(
        [
            Column("segment", numeric=False),
            Column("days"),
            Column("first", "Features"),
            Column("last", "Features"),
            Column("first", "Labels"),
            Column("last", "Labels"),
        ],
        rows,
        "Dates of every segment. Unless a fold is said to leak, a segment’s last label is known "
        "before the next segment’s first feature.",
        market,
    )


def factor_table(factors: pd.DataFrame, provenance: str) -> Table:
    """Counterpart of paper 000's Table 3: all formulas with coverage, own IC of both versions."""
    columns = ["ic", "other_ic", "test_ic", "other_test_ic"]
    scale = float(factors[columns].abs().max().max())
    own = str(factors["version"].iloc[0])
    other = other_version(own)
    rows = []
    for number, factor in enumerate(factors.to_dict("records"), start=1):
        ic, other_ic, test_ic, other_test_ic = (
            Cell(decimal(factor[column]), tint=tint(factor[column], scale)) for column in columns
        )
        cells = [
            Cell(anything(factor.get("number", number))),
            Cell(str(factor["group"])),
            ic,
            Cell(decimal(factor["ic_sd"])),
            Cell(decimal(factor["icir"], 2)),
            other_ic,
            test_ic,
            other_test_ic,
            Cell(percent(factor["coverage"])),
            Cell("yes" if factor["in_set"] else "no"),
            Cell(str(factor["formula"])),
        ]
        name = str(factor["name"]).removeprefix("alpha_")
        rows.append(Row(name, cells, hue=GROUP_HUES.get(str(factor["group"]))))
    words = ", ".join(f"{short} {long.lower()}" for short, long in GROUP_WORDS.items())
    before = "Before the first test"
    return Table(
        [
            Column("factor", numeric=False),
            Column("row"),
            Column("group", numeric=False),
            Column("IC", before),
            Column("IC sd", before),
            Column("ICIR", before),
            Column(f"IC, {other}", before),
            Column("IC", "Tests"),
            Column(f"IC, {other}", "Tests"),
            Column("coverage"),
            Column("in set", numeric=False),
            Column("formula", numeric=False),
        ],
        rows,
        f"Table 3. Every factor (prefix alpha_ left out): {words}. Own rank IC over the dates "
        "before the first test, with which choices may be made, and over the test dates. The run "
        f"uses the {own} formulas; the IC of the {other} ones stands beside, the same where a "
        "formula knows no price level.",
        provenance,
    )


def ranking_table(ranking: pd.DataFrame, inputs: ReportInputs, which: str) -> Table:
    """A part of the newest date's ranking, one column a model after the score."""
    fixed = ("rank", "asset", "industry", "score")
    models = [str(column) for column in ranking.columns if column not in fixed]
    places = {column: places_for(ranking[column]) for column in ("score", *models)}
    rows = []
    for entry in ranking.to_dict("records"):
        cells = [
            Cell(count(entry["rank"])),
            Cell(anything(entry.get("industry"))),
            *(Cell(decimal(entry[column], shown)) for column, shown in places.items()),
        ]
        rows.append(Row(str(entry["asset"]), cells))
    return Table(
        [
            Column("asset", numeric=False),
            Column("rank"),
            Column("industry", numeric=False),
            Column("score"),
            *(Column(model) for model in models),
        ],
        rows,
        f"{which} of the ranking at the close of {day(inputs.ranking_date)}.",
        f"{inputs.market.name} · live fold · {inputs.horizon}-day horizon",
    )


def ledger_table(ledger: pd.DataFrame) -> Table:
    """Every look at the test dates of this market, newest last."""
    return plain_table(ledger, "The ledger of this market: every look at its test dates.")


def stages_table(stages: Mapping[str, float]) -> Table:
    """Wall time of each stage and its share of the run."""
    total = sum(stages.values())
    rows = [
        Row(name, [Cell(duration(seconds)), Cell(percent(seconds / total if total else 0.0, 0))])
        for name, seconds in stages.items()
    ]
    return Table(
        [Column("stage", numeric=False), Column("time"), Column("share")],
        [*rows, Row("total", [Cell(duration(total)), Cell("")], style="total")],
        "Wall time by stage.",
    )


def fit_table(rows: Sequence[Row], provenance: str) -> Table:
    """Fits in one line a model; the rows come from the metric records."""
    return Table(
        [
            Column("model", numeric=False),
            Column("valid IC"),
            Column("best epoch"),
            Column("training rows"),
            Column("seconds a fit"),
        ],
        rows,
        "Means over folds and seeds: validation rank IC at the chosen epoch, that epoch, rows "
        "in training, and time for one fit.",
        provenance,
    )
