"""The scoreboard in a sentence, and what a reader must know before believing it."""

from __future__ import annotations

from deep_alpha.reporting.formats import count, day, decimal, known, p_phrase, plural
from deep_alpha.reporting.prose.headline import SIGNIFICANT
from deep_alpha.reporting.scoreboard_reading import COMPOSITE, ScoreboardReading

NO_SIGNAL = "No signal has a rank IC: there is no score to report."


def scoreboard_headline(reading: ScoreboardReading) -> str:
    """Best signal, its IC, what of it can be traded and is residual, against the composite."""
    best = reading.best
    if best is None:
        return NO_SIGNAL
    inputs, rivals = reading.inputs, len(reading.competing)
    text = (
        f"From {day(inputs.first)} to {day(inputs.last)}, {best} ranks the next "
        f"{plural(inputs.horizon, 'day')}’ returns"
        + (f" best of {plural(rivals, 'signal')}" if rivals > 1 else "")
        + f": mean rank IC {decimal(reading.value(best, 'rank_ic'))}"
        + ", ".join([_certainty(reading, best), *_left(reading, best)])
    )
    return "; ".join(filter(None, [text, _against(reading, best)])) + "."


def scoreboard_remarks(reading: ScoreboardReading) -> list[str]:
    """What qualifies the headline: selection, the first half year, size, the references."""
    best = reading.best
    if best is None:
        return []
    remarks = [
        _selection(reading, best),
        _later(reading, best),
        _sizes(reading, best),
        _references(reading, best),
    ]
    return [remark for remark in remarks if remark]


def paired_rival(reading: ScoreboardReading, signal: str) -> str | None:
    """Whom a signal's paired test is told against: the composite, else its first rival."""
    rivals = reading.paired(signal)
    return COMPOSITE if COMPOSITE in rivals else next(iter(rivals), None)


def _certainty(reading: ScoreboardReading, best: str) -> str:
    low, high = reading.value(best, "low"), reading.value(best, "high")
    if not (known(low) and known(high)):
        return ""
    return f" (95 % interval {decimal(low)} to {decimal(high)})"


def _left(reading: ScoreboardReading, best: str) -> list[str]:
    """What remains where the signal is traded, and against residual returns."""
    ic = reading.value(best, "rank_ic")
    tradable, residual = (reading.value(best, name) for name in ("tradable_ic", "residual_ic"))
    parts = []
    if known(tradable):
        gap = decimal(tradable - ic, signed=True)
        parts.append(f"{decimal(tradable)} ({gap}) as it can be traded")
    if known(residual):
        parts.append(f"{decimal(residual)} against residual returns")
    return parts


def _against(reading: ScoreboardReading, best: str) -> str:
    rival = paired_rival(reading, best)
    if rival is None:
        return ""
    difference, p = reading.paired(best)[rival]
    if not (known(difference) and known(p)):
        return ""
    size = decimal(abs(difference))
    if p >= SIGNIFICANT:
        word = f"lead of {size} over" if difference >= 0 else f"lag of {size} behind"
        return f"its {word} {rival} can not be told from zero (paired {p_phrase(p)})"
    verb = "beats" if difference > 0 else "falls behind"
    return f"it {verb} {rival} by {size} (paired {p_phrase(p)})"


def _selection(reading: ScoreboardReading, best: str) -> str:
    rivals = len(reading.competing)
    if rivals < 2:
        return ""
    kind = reading.kinds[best]
    what = "a yardstick, no model, and " if kind == "yardstick" else ""
    return (
        f"{best} is {what}named because it is the best of {count(rivals)} on these very dates, "
        "which flatters it a little."
    )


def _later(reading: ScoreboardReading, best: str) -> str:
    ic, later = (reading.value(best, name) for name in ("rank_ic", "without_ic"))
    if not (known(ic) and known(later)):
        return ""
    verb = "falls to" if later < ic else "rises to" if later > ic else "stays at"
    return f"Without the first half year its rank IC {verb} {decimal(later)}."


def _sizes(reading: ScoreboardReading, best: str) -> str:
    large, small = (reading.value(best, name) for name in ("large_ic", "small_ic"))
    if not (known(large) and known(small)):
        return ""
    return f"Among the large names it is {decimal(large)}, among the small ones {decimal(small)}."


def _references(reading: ScoreboardReading, best: str) -> str:
    """A reference that ranks residual returns although its Pearson IC is near nothing."""
    kinds = reading.kinds
    residual = reading.column("residual_ic")
    references = residual[[name for name in residual.index if kinds[name] == "reference"]]
    if references.empty or best not in residual:
        return ""
    name = str(references.idxmax())
    pearson = reading.value(name, "residual_pearson")
    beside = f" (Pearson {decimal(pearson)})" if known(pearson) else ""
    own = reading.value(best, "residual_pearson")
    own_beside = f" (Pearson {decimal(own)})" if known(own) else ""
    return (
        f"Residual returns are skewed, so read their rank IC beside Pearson’s: the reference "
        f"{name} alone shows {decimal(references.max())}{beside}, {best} "
        f"{decimal(residual[best])}{own_beside}."
    )
