"""Paper 001's result in a sentence, and what must be known before it is compared."""

from __future__ import annotations

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.formats import count, decimal, enumeration, known, p_phrase, plural
from deep_alpha.reporting.printed_alphanet import HORIZON, PRINTED_IC, version_of
from deep_alpha.reporting.prose.headline import SIGNIFICANT

NOT_RUN = "Paper 001 was not run on this market: there is no result to report."
NO_RESULT = "No AlphaNet has an out-of-sample rank IC: there is no result to report."


def alphanet_headline(reading: AlphaNetReading) -> str:
    """The best model of the paper, its rank IC, and the best yardstick beside it."""
    best = reading.best
    if best is None:
        return NO_RESULT if reading.fitted else NOT_RUN
    first, last = reading.paper.test_span
    low, high = reading.value(best, "low"), reading.value(best, "high")
    interval = (
        f" (95 % interval {decimal(low)} to {decimal(high)})" if known(low) and known(high) else ""
    )
    return (
        f"Of {_family(reading)}, {best} ranks the next {reading.paper.inputs.horizon} days’ "
        f"returns best, from {first} to {last}: mean rank IC "
        f"{decimal(reading.value(best, 'rank_ic'))}{interval}{_against(reading, best)}."
    )


def overview_paragraphs(reading: AlphaNetReading) -> list[str]:
    """The order beside the paper’s, the cost of the architecture, and what is comparable."""
    own = [_order(reading), _worth(reading), _residual(reading)]
    paragraphs = [" ".join(sentence for sentence in own if sentence), _not_comparable(reading)]
    return [paragraph for paragraph in paragraphs if paragraph]


def paired(reading: AlphaNetReading, model: str, against: str) -> tuple[float, float]:
    """Difference of two signals' mean rank ICs and its p value; NaN where it was not tested."""
    table = reading.tables.paired
    for one, other, sign in ((model, against, 1), (against, model, -1)):
        if {"signal", "against"} <= set(table.columns):
            own = table[(table["signal"] == one) & (table["against"] == other)]
            if len(own):
                return sign * float(own["difference"].iloc[0]), float(own["p"].iloc[0])
    return float("nan"), float("nan")


def paired_words(reading: AlphaNetReading, model: str, against: str) -> str:
    """How a model stands against a yardstick, with the test's certainty where there is one."""
    difference, p = paired(reading, model, against)
    if not (known(difference) and known(p)):
        return ""
    size = decimal(abs(difference))
    if p >= SIGNIFICANT:
        return f"level with {against} ({decimal(difference, signed=True)}, {p_phrase(p)})"
    word = "ahead of" if difference > 0 else "behind"
    return f"{size} {word} {against} ({p_phrase(p)})"


def _family(reading: AlphaNetReading) -> str:
    versions = [version_of(name) for name in reading.judged]
    if len(versions) > 1 and all(versions):
        return f"AlphaNet {versions[0]} to {versions[-1]}"
    return "the paper’s models"


def _against(reading: AlphaNetReading, best: str) -> str:
    if not reading.rivals:
        return ""
    rival = reading.rivals[0]
    own, other = reading.value(best, "rank_ic"), reading.value(rival, "rank_ic")
    word = "ahead of" if own > other else "behind"
    p = paired(reading, best, rival)[1]
    certainty = f" (paired {p_phrase(p)})" if known(p) else ""
    return f", {word} the best yardstick, {rival}, at {decimal(other)}{certainty}"


def _order(reading: AlphaNetReading) -> str:
    names = sorted(reading.judged, key=lambda name: -reading.value(name, "rank_ic"))
    if len(names) < 2:
        return ""
    words = [f"{name} ({decimal(reading.value(name, 'rank_ic'))})" for name in names]
    text = f"By rank IC the order is {', '.join(words)}"
    told = [name for name in names if version_of(name) in PRINTED_IC]
    if len(told) < 2:
        return f"{text}."
    printed = sorted(told, key=lambda name: -PRINTED_IC[version_of(name)].ic)
    verdict = (
        "the paper’s order"
        if told == printed
        else f"where the paper has {', '.join(version_of(name) for name in printed)}"
    )
    return f"{text}: {verdict}."


def _worth(reading: AlphaNetReading) -> str:
    """What the architecture adds to simpler models."""
    if reading.headline not in reading.judged or not reading.rivals:
        return ""
    own = reading.value(reading.headline, "rank_ic")
    above = [name for name in reading.rivals if reading.value(name, "rank_ic") >= own]
    below = [name for name in reading.rivals if name not in above]
    parts = []
    if below:
        parts.append(f"above {enumeration(_with_ic(reading, below))}")
    if above:
        parts.append(f"below {enumeration(_with_ic(reading, above))}")
    return (
        f"Against simpler models {reading.headline} stands {' and '.join(parts)}: an architecture "
        "is worth its cost where it beats these."
    )


def _with_ic(reading: AlphaNetReading, names: list[str]) -> list[str]:
    return [f"{name} ({decimal(reading.value(name, 'rank_ic'))})" for name in names]


def _residual(reading: AlphaNetReading) -> str:
    """Whom residual returns favour, that V4 alone is fitted to."""
    names = [*reading.judged, *reading.rivals]
    ic = {name: reading.basis(name, "residual", "rank_ic") for name in names}
    ic = {name: value for name, value in ic.items() if known(value)}
    if len(ic) < 2 or reading.headline not in ic:
        return ""
    place = sorted(ic, key=lambda name: -ic[name]).index(reading.headline) + 1
    return (
        f"Against residual returns, its own target, {reading.headline} is number {count(place)} of "
        f"{count(len(ic))} ({decimal(ic[reading.headline])})."
    )


def _not_comparable(reading: AlphaNetReading) -> str:
    first, last = reading.paper.test_span
    names = reading.paper.names
    here = f", {count(names)} names a day" if known(names) else ""
    days = reading.paper.inputs.horizon
    if days != HORIZON:
        here += f", labels of {plural(days, 'day')} where the paper has {HORIZON}"
    return (
        "The paper’s numbers can not be laid beside these as they are: they are of A-shares from "
        "2019-01-01 to 2021-06-01, some 4,300 names a day, of one fit a window without a spread "
        "over seeds, trained up to the day before each test, so that its last ten days of labels "
        "are those of the test, and it is not said which of its scores are neutralised. Here: "
        f"{reading.paper.inputs.market.name}, {first} to {last}{here}, "
        f"{reading.paper.inputs.folds['purge_days']} days purged."
    )
