"""The result in a sentence, and what a reader must know before believing it."""

from __future__ import annotations

from deep_alpha.reporting.formats import (
    decimal,
    enumeration,
    known,
    p_phrase,
    percent,
    plural,
)
from deep_alpha.reporting.inputs import ModelResult
from deep_alpha.reporting.reading import Reading

SIGNIFICANT = 0.05
NO_RESULT = "No model has an out-of-sample rank IC: there is no result to report."


def headline_sentence(reading: Reading) -> str:
    """The best model, its rank IC, whether that differs from zero, and the best yardstick."""
    best = reading.best("model")
    if best is None:
        return NO_RESULT
    ic, icir = (reading.metrics.value("ic", best.name, column) for column in ("rank_ic", "icir"))
    first, last = reading.test_span
    sentence = (
        f"From {first} to {last}, {best.name} ranks the next {reading.inputs.horizon} days’ "
        f"returns with a mean rank IC of {decimal(ic)}"
    )
    if known(icir):
        sentence += f" (ICIR {decimal(icir, 2)})"
    return f"{sentence}, {_certainty(reading, best)}{_against_yardstick(reading, best)}."


def headline_remarks(reading: Reading) -> list[str]:
    """What qualifies the headline: selection, costs, noise, the oracle, constant scores."""
    remarks = [_selection(reading), _after_costs(reading), _noise(reading), _oracle(reading)]
    if reading.degenerate:
        names = enumeration(reading.degenerate)
        verb = "gives" if len(reading.degenerate) == 1 else "give"
        remarks.append(f"{names} {verb} constant scores and so no IC.")
    return [remark for remark in remarks if remark]


def _certainty(reading: Reading, model: ModelResult) -> str:
    t, p = (reading.metrics.value("ic", model.name, column) for column in ("hac_t", "hac_p"))
    if not known(p):
        return "of unknown certainty"
    word = "distinguishable" if p < SIGNIFICANT else "not distinguishable"
    return f"{word} from zero (HAC t {decimal(t, 2)}, {p_phrase(p)})"


def _against_yardstick(reading: Reading, best: ModelResult) -> str:
    rival = reading.best("yardstick")
    if rival is None:
        return ""
    difference = reading.rank_ic(best.name) - reading.rank_ic(rival.name)
    spread = reading.metrics.value("ic", best.name, "seed_sd")
    figure = f"{rival.name}, at {decimal(reading.rank_ic(rival.name))}"
    if known(spread) and abs(difference) <= spread:
        return f"; the best yardstick, {figure}, is level with it within one sd of the seeds"
    if difference > 0:
        return f", ahead of the best yardstick, {figure}"
    return f", behind the best yardstick, {figure}"


def _selection(reading: Reading) -> str:
    compared = [m for m in reading.of_kind("model") if known(reading.rank_ic(m.name))]
    best = reading.best("model")
    if best is None or len(compared) < 2:
        return ""
    return (
        f"{best.name} is named because it is the best of {len(compared)} models on these very "
        "dates, which flatters it a little."
    )


def _after_costs(reading: Reading) -> str:
    best = reading.best("model")
    if best is None:
        return ""

    def sharpe(cost: str) -> float:
        return reading.metrics.value("portfolio", best.name, "sharpe", f"long_short / {cost}")

    gross, net = sharpe("gross"), sharpe("net 10 bp")
    if not known(gross):
        return ""
    text = f"Its long–short portfolio has a Sharpe ratio of {decimal(gross, 2)} before costs"
    if not known(net):
        return text + "."
    verdict = "" if net > 0 else ": costs take all of it" if gross > 0 else ""
    return f"{text} and {decimal(net, 2)} net of 10 bp a side{verdict}."


def _noise(reading: Reading) -> str:
    best = reading.best("model")
    if best is None:
        return ""
    sd, null = (
        reading.metrics.value("ic", best.name, column) for column in ("rank_ic_sd", "null_sd")
    )
    if not (known(sd) and known(null) and null > 0):
        return ""
    return (
        f"Its daily IC scatters with sd {decimal(sd)}; a worthless signal on as many names would "
        f"show {decimal(null)}, and the rest is common movement that no ranking removes."
        if sd > null
        else f"Its daily IC scatters no more (sd {decimal(sd)}) than that of a worthless signal "
        f"({decimal(null)})."
    )


def _oracle(reading: Reading) -> str:
    best, oracle = reading.best("model"), reading.best("oracle")
    if best is None or oracle is None:
        return ""
    ceiling = reading.rank_ic(oracle.name)
    share = reading.rank_ic(best.name) / ceiling if ceiling > 0 else float("nan")
    if not known(share):
        return ""
    return (
        f"The market is simulated, so the ceiling is known: what was planted has a rank IC of "
        f"{decimal(ceiling)}, of which {best.name} reaches {percent(share, 0)}."
    )


def skipped_days(reading: Reading) -> str:
    """Days of the best model that have an IC and days that have none."""
    best = reading.best("model")
    if best is None:
        return ""
    days = reading.metrics.value("ic", best.name, "days")
    skipped = reading.metrics.value("ic", best.name, "days_skipped")
    if not known(days):
        return ""
    text = f"{best.name} is judged on {plural(int(days), 'day')}"
    if known(skipped) and skipped > 0:
        text += f"; {plural(int(skipped), 'day')} have no IC because labels are not known yet, "
        text += "names are too few or one side is constant"
    return text + "."
