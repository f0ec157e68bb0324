"""Section 0: the risk model in large numbers."""

from __future__ import annotations

from deep_alpha.reporting.blocks import Block, Facts, Prose, Section, Tile, Tiles
from deep_alpha.reporting.figures.fit import PUBLIC_R_SQUARED
from deep_alpha.reporting.formats import MISSING, count, day, decimal, enumeration, plural
from deep_alpha.reporting.prose.risk_headline import risk_remarks
from deep_alpha.reporting.risk_reading import LEVEL_WORDS, RiskReading
from deep_alpha.reporting.sections.proxies import proxy_blocks


def overview_section(reading: RiskReading) -> Section:
    """Large numbers, what qualifies them, the run's settings and stand-ins."""
    inputs = reading.inputs
    blocks: list[Block] = [_tiles(reading)]
    remarks = risk_remarks(reading)
    if remarks:
        blocks.append(Prose([" ".join(remarks)]))
    facts = {
        "Market": inputs.market,
        "Factor returns": f"{day(inputs.first)} to {day(inputs.last)}",
        "Digest": inputs.digest,
        "Level": f"{inputs.level}: {LEVEL_WORDS.get(inputs.level, inputs.level)}",
        **inputs.switches,
    }
    blocks.append(Facts(facts))
    blocks.extend(proxy_blocks(inputs.proxies))
    return Section("overview", "Overview", "Overview", blocks)


def _tiles(reading: RiskReading) -> Tiles:
    inputs = reading.inputs
    low, high = PUBLIC_R_SQUARED
    exposed = count(reading.mean_count("with_exposures"))
    return Tiles(
        [
            Tile("mean R² of a day", decimal(reading.mean_r_squared), f"public: {low} to {high}"),
            Tile(
                "country with market",
                decimal(inputs.country_correlation),
                "correlation, market cap-weighted",
            ),
            _checks(reading),
            Tile(
                "styles",
                count(len(reading.styles)),
                f"level {inputs.level}, {plural(len(reading.used), 'descriptor')}",
            ),
            Tile(
                "names a day",
                count(reading.mean_count("estimated")),
                f"{exposed} with exposures",
            ),
        ]
    )


def _checks(reading: RiskReading) -> Tile:
    total, failed = len(reading.inputs.checks), reading.failed
    if not total:
        return Tile("checks that hold", MISSING, "nothing was checked")
    names = enumeration([str(check["name"]) for check in failed])
    note = f"fails: {names}" if failed else "within tolerance on every day"
    return Tile("checks that hold", f"{count(total - len(failed))} of {count(total)}", note)
