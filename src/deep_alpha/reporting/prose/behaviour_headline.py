"""Paper 000's result in a sentence, and what its three claims become here (SPEC 000-E3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.formats import count, decimal, enumeration, known, p_phrase
from deep_alpha.reporting.printed import PRINTED, family_of

NO_RESULT = "No model of the paper has an out-of-sample rank IC: there is no result to report."


def behaviour_headline(reading: BehaviourReading) -> str:
    """The best model of the paper and its rank IC, beside the best that the paper prints."""
    paper = reading.paper
    best = paper.best("model")
    if best is None:
        return NO_RESULT
    first, last = paper.test_span
    certainty = paper.metrics.value("ic", best.name, "hac_p")
    text = (
        f"Of the paper’s models, {best.name} ranks the next {paper.inputs.horizon} days’ returns "
        f"best, from {first} to {last}: mean rank IC {decimal(paper.rank_ic(best.name))}"
    )
    if known(certainty):
        text += f" ({p_phrase(certainty)})"
    return f"{text}{_against_yardstick(reading, best.name)}."


def ic_paragraphs(reading: BehaviourReading) -> list[str]:
    """Who is highest, lowest and steadiest here, then what the paper prints and claims."""
    own = [_extremes(reading), _constant(reading)]
    printed = [_printed_extremes(), _orders(reading), _not_comparable(reading)]
    paragraphs = [" ".join(filter(None, sentences)) for sentences in (own, printed)]
    return [paragraph for paragraph in paragraphs if paragraph]


def _against_yardstick(reading: BehaviourReading, name: str) -> str:
    rival = reading.paper.best("yardstick")
    if rival is None:
        return ""
    own, other = reading.paper.rank_ic(name), reading.paper.rank_ic(rival.name)
    word = "ahead of" if own > other else "behind"
    return f", {word} the best yardstick, {rival.name}, at {decimal(other)}"


def _extremes(reading: BehaviourReading) -> str:
    names = [model.name for model in reading.scored]
    if len(names) < 2:
        return ""
    ic = {name: reading.paper.rank_ic(name) for name in names}
    sd, icir = (
        {name: reading.paper.metrics.value("ic", name, column) for name in names}
        for column in ("rank_ic_sd", "icir")
    )
    parts = [
        f"{_end(ic, max)} has the highest mean IC of the paper’s models and {_end(ic, min)} the "
        "lowest"
    ]
    if all(map(known, sd.values())):
        parts.append(
            f"{_end(sd, min)} scatters least from day to day and {_end(sd, max)} most (sd)"
        )
    if all(map(known, icir.values())):
        parts.append(f"{_end(icir, max, 2)} has the highest ICIR")
    return "; ".join(parts) + "."


def _end(values: Mapping[str, float], which: Callable[..., str], places: int = 3) -> str:
    name = which(values, key=values.__getitem__)
    return f"{name} ({decimal(values[name], places)})"


def _printed_extremes() -> str:
    ic = {family: row.ic for family, row in PRINTED.items()}
    sd = {family: row.ic_sd for family, row in PRINTED.items()}
    return (
        f"By the paper’s own table {_end(ic, max, 4)} has the highest IC, {_end(ic, min, 4)} the "
        f"lowest, {_end(sd, min, 4)} the lowest sd and {_end(sd, max, 4)} the highest; its text "
        "calls the CNN’s sd the higher and the MLP’s relatively low."
    )


def _orders(reading: BehaviourReading) -> str:
    if len(reading.best_of) < 2:
        return ""
    own = sorted(reading.best_of, key=lambda f: -reading.paper.rank_ic(reading.best_of[f].name))
    printed = sorted(reading.best_of, key=lambda family: -PRINTED[family].ic)
    words = ", ".join(f"{f} ({reading.best_of[f].name})" for f in own)
    verdict = "the paper’s order" if own == printed else f"where the paper has {', '.join(printed)}"
    return f"By the best of each kind the order is {words}: {verdict}."


def _not_comparable(reading: BehaviourReading) -> str:
    sizes = sorted(1 + 1 / row.ic_sd**2 for row in PRINTED.values())
    names = reading.paper.names
    here = f" against {count(names)} here" if known(names) else ""
    return (
        f"The columns beside are not comparable: an IC sd as printed is that of {count(sizes[0])} "
        f"to {count(sizes[-1])} names (1/√(N−1)){here}, the universe is not stated, the models "
        "were stopped on the very dates that are shown, and the period is another."
    )


def _constant(reading: BehaviourReading) -> str:
    names = [name for name in reading.paper.degenerate if family_of(name)]
    if not names:
        return ""
    verb = "predicts" if len(names) == 1 else "predict"
    return f"{enumeration(names)} {verb} a constant, which has no IC."
