"""Results of the scenario models, and how often their events happen."""

from __future__ import annotations

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.blocks import Cell, Column, Row, Table
from deep_alpha.reporting.formats import count, decimal, known, percent
from deep_alpha.reporting.judged_reading import cross_table, spread
from deep_alpha.reporting.tables.marks import tint

_WHOLE = "fitted"
_FIGURES = ("auc", "rank_ic", "rmse")


def scenario_table(reading: BehaviourReading) -> Table:
    """A row a task and variant under its scenario; one with too few events says so."""
    rows: list[Row] = []
    for scenario, own in reading.tables.scenarios.groupby("scenario", sort=False):
        rows.append(Row(scenario_words(scenario), style="group"))
        for result in own.to_dict("records"):
            name = f"{result['variant']}: {result['task']}"
            if not any(known(result[column]) for column in _FIGURES):
                events = count(result["train_events"])
                message = f"{result['status']}: {events} in training"
                rows.append(Row(name, message=message))
                continue
            texts = [
                count(result["fits"]),
                count(result["events"]),
                count(result["train_events"]),
                percent(result["base_rate"]),
                decimal(result["auc"]),
                spread(result["auc_low"], result["auc_high"], 3),
                percent(result["accuracy"]),
                decimal(result["rank_ic"]),
                count(result["ic_days"]),
                percent(result["rmse"], 2),
                percent(result["rmse_mean"], 2),
            ]
            status = str(result["status"])
            note = status if status != _WHOLE else ""
            rows.append(Row(name, [Cell(text) for text in texts], note))
    classes, returns = "Class", "Return"
    return Table(
        [
            Column("scenario", numeric=False),
            Column("fits"),
            Column("tests", "Event rows"),
            Column("training", "Event rows"),
            Column("base rate", classes, hint="Share of class 1 in the tests"),
            Column("AUC", classes),
            Column("95 % interval", classes, hint="Whole blocks of days drawn again"),
            Column("accuracy", classes),
            Column("IC", returns, hint="Spearman, within event rows"),
            Column("days", returns, hint="Days with an IC"),
            Column("RMSE", returns),
            Column("of the mean", returns, hint="RMSE of the train mean"),
        ],
        rows,
        "Scenario models on event rows of the tests. Label: what follows the event; occurrence: "
        "whether the event happens on the next day. An AUC of 0.5 and an RMSE of the train mean "
        "are what no knowledge gives.",
        reading.paper.provenance(),
    )


def events_table(reading: BehaviourReading) -> Table:
    """Events by scenario and year, the share that resolves as the scenario expects below."""
    years = reading.tables.scenario_years
    events = cross_table(years, "scenario", "year", "events")
    rates = cross_table(years, "scenario", "year", "hit_rate")
    scale = float((rates - 0.5).abs().max().max())
    rows = [
        Row(
            scenario_words(scenario),
            [
                Cell(
                    count(number),
                    percent(rate, 0) if known(rate) else "",
                    tint=tint(rate - 0.5, scale),
                )
                for number, rate in zip(numbers, rates.loc[scenario], strict=True)
            ],
        )
        for scenario, numbers in zip(events.index, events.to_numpy(), strict=True)
    ]
    return Table(
        [Column("scenario", numeric=False), *(Column(str(year)) for year in events.columns)],
        rows,
        "Events by year, and below them the share whose label is of class 1; blue above one "
        "half, orange below.",
        reading.paper.provenance(seeds=False),
    )


def scenario_words(scenario: object) -> str:
    """A scenario's name as it is read."""
    return str(scenario).replace("_", " ")
