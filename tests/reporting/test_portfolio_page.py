"""What the portfolios' page says, with dots in place of its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pandas as pd
import pytest

from deep_alpha.reporting import PortfolioInputs
from deep_alpha.reporting.sections.portfolio_page.relaxations import OPEN_ROWS

from .fake_portfolios import COSTS, DECISIONS, HELD, LONG_ONLY, NAMES, PARTS, PERIODS, STYLES
from .reader import PageReader

Html = Callable[[PortfolioInputs], str]
THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def page(portfolio_html: Html, portfolio_inputs: PortfolioInputs) -> PageReader:
    return PageReader(portfolio_html(portfolio_inputs))


def per_cent(text: str) -> float:
    return float(text.partition(THIN)[0].replace("−", "-"))


def test_every_section_is_there_in_order(page: PageReader) -> None:
    assert [anchor for anchor in page.anchors if anchor != "theme"] == [
        "overview", "layers", "long-only", "enhancement", "relaxations", "attribution", "exchange",
    ]  # fmt: skip


def test_layers_stand_at_the_headline_costs_with_their_monotonicity(page: PageReader) -> None:
    assert page.tables[0][1][-len(COSTS) :] == list(COSTS)
    assert page.row(0, "gru_rank") == [
        "gru_rank", f"−24.0{THIN}%", f"−4.8{THIN}%", f"+1.6{THIN}%", f"+5.6{THIN}%",
        f"+10.4{THIN}%", f"+34.4{THIN}%", "1.43", "0.90", "0.90", "0.90", "0.90",
    ]  # fmt: skip


def test_a_random_score_stands_apart_and_wins_nothing(
    portfolio_html: Html, portfolio_inputs: PortfolioInputs
) -> None:
    layers, kinds = portfolio_inputs.layers, portfolio_inputs.kinds
    lucky = layers[layers["signal"] == NAMES[0]].assign(signal="random")
    html = portfolio_html(
        replace(
            portfolio_inputs,
            layers=pd.concat([layers, lucky.assign(excess=lucky["excess"] + 1.0)]),
            kinds={**kinds, "random": "reference"},
        )
    )
    row = html.partition('<tr class="reference">')[2].partition("</tr>")[0]
    assert "random" in row
    assert "<b>" not in row
    assert "<b>+13.0" in html
    assert "Random is a score that knows nothing" in html
    assert "knows nothing" not in portfolio_html(portfolio_inputs)


def test_every_layer_has_every_case_of_costs(page: PageReader) -> None:
    rows = page.below("layer")
    assert [row[0] for row in rows[:6]] == ["blend_of_four", *(f"layer {n}" for n in range(1, 6))]
    assert rows[1][1:] == [
        f"−30.0{THIN}%", f"−28.2{THIN}%", f"−39.0{THIN}%", f"−33.5{THIN}%", f"−9.0{THIN}%",
        f"22.0{THIN}%", "−0.41", f"−20.0{THIN}%", f"35.0{THIN}%", "12.5",
    ]  # fmt: skip


def test_long_only_portfolios_stand_by_signal_against_three_yardsticks(page: PageReader) -> None:
    table = next(t for t in page.tables if len(t) > 1 and "universe, equal" in t[1])
    assert [row[0] for row in table[2:]] == [HELD[0], *LONG_ONLY, HELD[1], *LONG_ONLY]
    assert table[3] == [
        "top_5", f"+33.3{THIN}%", f"21.9{THIN}%", "1.42", f"19.0{THIN}%", f"+6.9{THIN}%",
        f"+8.4{THIN}%", f"+14.3{THIN}%", f"10.1{THIN}%", f"6.4{THIN}%", "36", f"0.8{THIN}%",
    ]  # fmt: skip


def test_long_only_portfolios_are_listed_by_period_on_demand(page: PageReader) -> None:
    (table,) = (t for t in page.tables if t[1][:1] == ["period"] and "costs a year" in t[1])
    assert [row[0] for row in table[2:9]] == [f"{HELD[0]} (top_5)", *PERIODS]
    assert len(table) == 2 + len(HELD) * len(LONG_ONLY) * (1 + len(PERIODS))


def test_the_split_of_long_only_portfolios_shows_the_weighting(page: PageReader) -> None:
    table = next(t for t in page.tables if len(t) > 1 and t[1][:2] == ["portfolio", "weighting"])
    assert [row[0] for row in table[2:]] == [HELD[0], *LONG_ONLY, HELD[1], *LONG_ONLY]
    assert table[3][1] == f"−1.20{THIN}% (−10{THIN}%)"
    assert table[3][-1] == f"+11.86{THIN}%"
    assert table[4][-1] == f"+5.93{THIN}%"


def test_orders_that_long_only_portfolios_miss_have_a_table_of_their_own(page: PageReader) -> None:
    table = next(t for t in page.tables if t[0][-1] == "Orders not filled")
    assert table[2:4] == [
        [HELD[0], ""],
        ["top_5", f"450 (0.45{THIN}%)", f"12,000 (12{THIN}%)"],
    ]


def test_enhancement_is_listed_by_period_with_the_whole_set_apart(
    portfolio_html: Html, portfolio_inputs: PortfolioInputs
) -> None:
    html = portfolio_html(portfolio_inputs)
    tables = PageReader(html).tables
    rows = next(t for t in tables if t[1][0] == "period" and "active share" in t[1])[2:]
    assert [row[0] for row in rows[:7]] == [NAMES[0], *PERIODS]
    assert rows[6] == [
        "all", f"+41.0{THIN}%", f"6.1{THIN}%", "2.60", f"−4.3{THIN}%", "231", f"14.1{THIN}%",
        f"78.0{THIN}%",
    ]  # fmt: skip
    assert html.count('<tr class="total">') == len(NAMES) + len(HELD) * len(LONG_ONLY)


def test_every_relaxation_is_listed_from_what_to_what(page: PageReader) -> None:
    rows = page.below("date of decision")
    first, later = f"{DECISIONS[0]:%Y-%m-%d}", f"{DECISIONS[40]:%Y-%m-%d}"
    assert rows[:4] == [
        ["blend_of_four (3 relaxations on 2 dates)", ""],
        [first, "turnover: entering from cash", "0.300", "1"],
        [later, "turnover", "0.300", "0.341"],
        [later, "size band", "0", "0.0500"],
    ]
    assert rows[-1] == ["composite", "none"]
    assert "Constraints were relaxed 6 times, in 5 rebalancings" in page.text


def test_no_relaxation_is_said_to_be_none(
    portfolio_html: Html, portfolio_inputs: PortfolioInputs
) -> None:
    page = PageReader(portfolio_html(replace(portfolio_inputs, relaxations=pd.DataFrame())))
    assert "None: no constraint was relaxed on any date." in page.text
    assert page.below("date of decision") == [[name, "none"] for name in NAMES]


def test_many_relaxations_are_counted_first(
    portfolio_html: Html, portfolio_inputs: PortfolioInputs
) -> None:
    many = pd.DataFrame(
        {"signal": "gru_rank", "date": DECISIONS, "constraint": "turnover", "from": 0.3, "to": 0.31}
    )
    assert len(many) > OPEN_ROWS
    page = PageReader(portfolio_html(replace(portfolio_inputs, relaxations=many)))
    counts = next(table for table in page.tables if table[0][-1] == "Dates relaxed")
    assert counts[2:] == [
        ["blend_of_four", "none"],
        ["gru_rank", f"{len(many)} ({DECISIONS[0]:%Y-%m-%d} … {DECISIONS[-1]:%Y-%m-%d})"],
        ["mlp_rank", "none"],
        ["composite", "none"],
    ]
    assert len(page.below("date of decision")) == len(many) + len(NAMES)


def test_parts_and_styles_add_up_as_printed(page: PageReader) -> None:
    wanted = {"specific": len(PARTS), "RESVOL": len(STYLES)}
    for title, count in wanted.items():
        table = next(t for t in page.tables if t[1][0] == "signal" and title in t[1])
        for row in table[2:]:
            *parts, total = (per_cent(cell) for cell in row[1:])
            assert len(parts) == count
            assert sum(parts) == pytest.approx(total, abs=0.005 * (count + 1))


def test_shares_stand_below_the_parts(page: PageReader) -> None:
    table = next(t for t in page.tables if t[1][0] == "signal" and "specific" in t[1])
    assert table[1].count("not modelled") == 1
    assert table[2][1] == f"−1.20{THIN}% (−10{THIN}%)"


def test_unfilled_orders_are_told_by_reason(page: PageReader) -> None:
    *_, rows = (t for t in page.tables if t[0][-1] == "Orders not filled")
    assert rows[1][1:] == ["suspended", "limit", "lot"]
    assert rows[3] == [
        "enhanced", f"312 (0.34{THIN}%)", f"1,204 (1.3{THIN}%)", f"88 (0.097{THIN}%)",
    ]  # fmt: skip


def test_the_simulation_shows_columns_it_does_not_know(page: PageReader) -> None:
    rows = next(t for t in page.tables if "days to fill" in t[0])
    assert rows[2] == [
        "enhanced", f"21.0{THIN}%", f"21.4{THIN}%", "0.98", f"−18.2{THIN}%", f"1.4{THIN}%",
        f"0.91{THIN}%", "12.4",
    ]  # fmt: skip


def test_rules_benchmark_and_settings_are_stated(page: PageReader) -> None:
    for words in ("bought on t, sold from t + 1 on", "585 days", "net of costs paper_x10"):
        assert words in page.text
    assert page.text.count("active cap = 1 % · turnover cap = 30 %, two-sided") >= len(page.tables)


def test_missing_pieces_are_named(portfolio_html: Html, portfolio_inputs: PortfolioInputs) -> None:
    text = PageReader(portfolio_html(bare(portfolio_inputs))).text
    for sentence in (
        "No portfolio was computed",
        "Layers were not computed.",
        "Long-only portfolios were not computed.",
        "A benchmark was not computed.",
        "Index enhancement was not computed.",
        "Relaxations were not computed.",
        "The attribution was not computed.",
        "Contributions of styles were not computed.",
        "Rules of an exchange were not computed.",
        "A simulation was not computed.",
        "Unfilled orders were not computed.",
    ):
        assert sentence in text
    assert "None:" not in text


@pytest.mark.parametrize(
    "kept",
    ["layers", "layer_curves", "enhancement", "enhancement_curves", "relaxations", "attribution",
     "attribution_curves", "style_parts", "unfilled", "simulator", "holdings", "long_only",
     "long_only_curves", "long_only_split", "long_only_unfilled"],
)  # fmt: skip
def test_each_piece_can_stand_alone(
    portfolio_html: Html, portfolio_inputs: PortfolioInputs, kept: str
) -> None:
    html = portfolio_html(bare(portfolio_inputs, kept))
    assert "<table>" in html or "<img" in html


def bare(inputs: PortfolioInputs, kept: str = "") -> PortfolioInputs:
    """The inputs with nothing computed, or one piece only."""
    empty: dict[str, Any] = {
        field.name: type(getattr(inputs, field.name))()
        for field in fields(inputs)
        if isinstance(getattr(inputs, field.name), (pd.DataFrame, dict)) and field.name != kept
    }
    return replace(inputs, **(empty | {"headline_cost": ""}))
