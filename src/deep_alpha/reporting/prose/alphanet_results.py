"""What AlphaNets' ICs, layers and enhanced index say, beside what the paper claims of them."""

from __future__ import annotations

from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.formats import decimal, enumeration, known, percent, plural
from deep_alpha.reporting.judged_reading import cell_value, cross_table, rows_of
from deep_alpha.reporting.portfolio_inputs import WHOLE
from deep_alpha.reporting.printed_alphanet import (
    PRINTED_ENHANCEMENT,
    PRINTED_LAYERS,
    version_of,
)
from deep_alpha.reporting.prose.alphanet_headline import paired_words


def information_sentences(reading: AlphaNetReading) -> list[str]:
    """Whose ratio is highest, what neutralising and trading leave, and the paired tests."""
    names = [*reading.judged, *reading.rivals]
    ratio = {name: reading.basis(name, "raw", "icir") for name in names}
    ratio = {name: value for name, value in ratio.items() if known(value)}
    sentences = []
    if len(ratio) > 1:
        best = max(ratio, key=ratio.__getitem__)
        text = f"{best} has the highest IR against raw returns, {decimal(ratio[best], 2)}"
        if reading.headline in ratio and best != reading.headline:
            text += f"; that of {reading.headline} is {decimal(ratio[reading.headline], 2)}"
        sentences.append(f"{text}.")
    left = _left(reading)
    tests = [
        words
        for name in reading.yardsticks
        if (words := paired_words(reading, reading.headline, name))
    ]
    if tests:
        sentences.append(f"In pairs {reading.headline} is {enumeration(tests)}.")
    return [*sentences[:1], *([left] if left else []), *sentences[1:]]


def layer_sentences(reading: AlphaNetReading) -> list[str]:
    """The best top layer, steps that hold, what costs take, and the claim of 7 to 10 %."""
    cost = reading.costs[0]
    table = reading.layers(cost)
    tops = table[table.columns[-1]].dropna()
    if tops.empty:
        return []
    best = str(tops.idxmax())
    sentences = [
        f"At costs {cost} the top layer of {best} earns most over the universe, "
        f"{percent(tops.max(), signed=True)} a year; its bottom layer "
        f"{percent(table.loc[best, table.columns[0]], signed=True)}."
    ]
    steps = cross_table(reading.tables.monotonicity, "signal", "cost", "value")
    whole = [str(name) for name in steps.index if cell_value(steps, str(name), cost) == 1]
    if len(steps):
        which = f": {enumeration(whole)}" if whole else ""
        sentences.append(
            f"Every layer earns more than the one below for {len(whole)} of "
            f"{plural(len(steps), 'model')}{which}."
        )
    ends = [(case, reading.top_layer(reading.headline, case)) for case in reading.costs]
    ends = [(case, top) for case, top in ends if known(top)]
    if len(ends) > 1:
        high, low = max(ends, key=lambda end: end[1]), min(ends, key=lambda end: end[1])
        sentences.append(
            f"The top layer of {reading.headline} earns {percent(high[1], signed=True)} at "
            f"{high[0]} and {percent(low[1], signed=True)} at {low[0]}."
        )
    return [*sentences, *_lead_sentences(reading, cost)]


def enhancement_sentences(reading: AlphaNetReading) -> list[str]:
    """Whole-period excess of each model, half-years that gained, and the claim on drawdowns."""
    table = reading.tables.enhancement
    parts = []
    for model in reading.models:
        own = rows_of(table, signal=model, period=WHOLE)
        if len(own) and known(own["excess"].iloc[0]):
            parts.append(
                f"{model} {percent(own['excess'].iloc[0], signed=True)} (Sharpe "
                f"{decimal(own['sharpe'].iloc[0], 2)})"
            )
    sentences = [f"Excess over the benchmark, all days: {'; '.join(parts)}."] if parts else []
    halves = rows_of(table, signal=reading.headline)
    halves = halves[halves["period"] != WHOLE] if len(halves) else halves
    if len(halves):
        won = int((halves["excess"] > 0).sum())
        sentences.append(
            f"{reading.headline} is ahead of the benchmark in {won} of "
            f"{plural(len(halves), 'half-year')}, and its excess loses at most "
            f"{percent(halves['max_drawdown'].abs().max())}."
        )
    printed = {name: rows["2021H1"].drawdown for name, rows in PRINTED_ENHANCEMENT.items()}
    sentences.append(
        "The paper calls V4’s drawdown the more stable; its own table has "
        f"{percent(-printed['V4'], 2)} against V3’s {percent(-printed['V3'], 2)} in the first half "
        "of 2021."
    )
    return sentences


def not_enhanced(reading: AlphaNetReading) -> list[str]:
    """The paper's judged models without an enhanced index."""
    table = reading.tables.enhancement
    held = set(table["signal"]) if "signal" in table else set()
    return [model for model in reading.judged if model not in held]


def _left(reading: AlphaNetReading) -> str:
    words = {
        "tradable": "entered at the next day’s vwap",
        "residual": "against residual returns",
        "five_factor": "less five factors",
        "cne5": "less CNE5",
    }
    found = {word: reading.basis(reading.headline, name, "rank_ic") for name, word in words.items()}
    told = [f"{decimal(value)} {word}" for word, value in found.items() if known(value)]
    raw = reading.basis(reading.headline, "raw", "rank_ic")
    if not (told and known(raw)):
        return ""
    return (
        f"The rank IC of {reading.headline} is {decimal(raw)} against raw returns, "
        f"{enumeration(told)}."
    )


def _lead_sentences(reading: AlphaNetReading, cost: str) -> list[str]:
    """V4's top layer less V3's and V1's, here and as printed."""
    own = reading.top_layer(reading.headline, cost)
    version = version_of(reading.headline)
    if not known(own) or version not in PRINTED_LAYERS:
        return []
    told, printed = [], []
    for model in reading.models:
        other, name = reading.top_layer(model, cost), version_of(model)
        if model == reading.headline or not known(other):
            continue
        told.append(f"{percent(own - other, signed=True)} over {model}")
        if name in PRINTED_LAYERS:
            lead = PRINTED_LAYERS[version][0] - PRINTED_LAYERS[name][0]
            printed.append(f"{percent(lead, 2, signed=True)} over {name}")
    if not told:
        return []
    claim = f"; its own table has {enumeration(printed)}" if printed else ""
    return [
        f"The paper claims 7 to 10 % more a year than earlier models{claim}. Here the top layer of "
        f"{reading.headline} earns {enumeration(told)}."
    ]
