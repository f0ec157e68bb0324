"""What the open points of paper 001 make: sentences that follow the numbers, silence without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from deep_alpha.evaluation.conformance_001 import QUESTIONS
from deep_alpha.reporting import AlphaNetInputs
from deep_alpha.reporting.prose.alphanet_findings import (
    AXES,
    AlphaNetFindings,
    alphanet_conformance,
    difference,
)
from deep_alpha.reporting.prose.alphanet_measures import MEASURES
from deep_alpha.reporting.prose.conformance import COLUMNS

from .fake_alphanet import HEADLINE, empty_tables, findings_of
from .fake_alphanet_ablation import AXES as FAKE_AXES

CONF = Path(__file__).parents[2] / "conf/base/parameters/ablation.yml"
PERIODS = ("2019H1", "2019H2", "2020H1", "all")
THIN = "\N{NARROW NO-BREAK SPACE}"
NOTHING = findings_of(empty_tables())


def found(**tables: pd.DataFrame) -> AlphaNetFindings:
    """Findings of these tables alone."""
    return findings_of(replace(empty_tables(), **tables))


def axis(name: str, *rows: tuple[str, float, float, bool]) -> AlphaNetFindings:
    """Findings of an axis of the ablation: variant, rank IC, residual IC, of no use."""
    columns = ["variant", "rank_ic", "residual_ic", "degenerate"]
    table = pd.DataFrame(rows, columns=columns).assign(
        axis=name, base=False, valid_error=float("nan"), train_error=float("nan"), features=70.0,
        seconds_per_epoch=1.0,
    )  # fmt: skip
    return found(ablation=table)


def test_every_point_has_a_row_and_none_claims_what_was_not_measured() -> None:
    table = alphanet_conformance(NOTHING)
    assert tuple(table.columns) == COLUMNS
    assert table["id"].tolist() == [question.id for question in QUESTIONS]
    assert set(table["difference"]) == {""}


def test_axes_and_measures_are_those_of_points() -> None:
    known = {question.id for question in QUESTIONS}
    assert set(AXES) <= known
    assert set(MEASURES) <= known


def test_the_axes_are_those_of_the_configuration() -> None:
    known = set(yaml.safe_load(CONF.read_text(encoding="utf-8"))["ablation"]["axes"])
    assert {name for names in AXES.values() for name in names} <= known
    assert {name for name, *_ in FAKE_AXES} <= known


def test_an_axis_tells_every_variant() -> None:
    own = axis("output", ("leaky", 0.05, 0.06, False), ("linear", 0.07, float("nan"), False))
    assert difference("001-E5", own) == (
        "Rank IC / residual IC by output (ablation): leaky 0.050 / 0.060; linear 0.070 / –."
    )


def test_what_is_of_no_use_has_no_ic_and_one_alone_is_no_comparison() -> None:
    own = axis(
        "weights", ("off", 0.05, 0.06, False), ("rank", -0.02, 0.01, False),
        ("literal", 0.99, 0.99, True),
    )  # fmt: skip
    sentence = difference("001-H3", own)
    assert sentence.endswith("rank −0.020 / 0.010; literal of no use.")
    assert "0.990" not in sentence
    assert difference("001-H3", axis("weights", ("off", 0.05, 0.06, False))) == ""


def test_many_variants_are_a_range() -> None:
    own = axis("sequence", *((str(n), n / 100, n / 50, False) for n in range(8)))
    assert difference("001-I2", own) == (
        "Rank IC / residual IC by sequence (ablation): 0.000 … 0.070 / 0.000 … 0.140, over 8 "
        "variants."
    )


def test_correlations_of_inputs_are_told_whichever_stands_first() -> None:
    rows = [("v1", "turnover", "volume", 0.91), ("paper13", "volume_sqrt", "turnover", 0.9)]
    own = found(
        input_correlation=pd.DataFrame(rows, columns=["set", "first", "second", "correlation"])
    )
    assert difference("001-A1", own) == (
        "Rank correlation 0.910 of volume and turnover and 0.900 of volume_sqrt and turnover."
    )
    assert difference("001-A3", own) == ""


def test_kept_features_are_told_over_all_fits() -> None:
    rows = [(HEADLINE, "2019H1", 0, 208, 70, 1.0), (HEADLINE, "2019H2", 0, 208, 66, 0.71),
            ("alphanet_v3", "2019H1", 0, 270, 270, 1.0)]  # fmt: skip
    columns = ["model", "fold", "seed", "features", "kept", "jaccard"]
    assert difference("001-D1", found(kept=pd.DataFrame(rows, columns=columns))) == (
        "66 to 70 of 208 are kept over 2 fits; the least similar set has a Jaccard similarity of "
        "0.71 with the first."
    )


def test_costs_and_leads_are_those_of_the_layers() -> None:
    rows = [
        (model, cost, leg, sign * excess - taken)
        for model, excess in (("alphanet_v1", 0.02), ("alphanet_v3", 0.05), (HEADLINE, 0.09))
        for cost, taken in (("paper_x10", 0.0), ("decimal", 0.05))
        for leg, sign in (("layer 1", -1), ("layer 2", 1))
    ]
    own = found(layers=pd.DataFrame(rows, columns=["signal", "cost", "leg", "return_difference"]))
    assert difference("001-J1", own) == (
        f"Top layer of alphanet_v4 over the universe, a year: +9.0{THIN}% at paper_x10 and "
        f"+4.0{THIN}% at decimal."
    )
    assert difference("001-K2", own) == (
        f"alphanet_v4, top layer: +7.0{THIN}% over alphanet_v1 and +4.0{THIN}% over alphanet_v3 a "
        "year."
    )


def test_drawdowns_are_compared_half_year_by_half_year() -> None:
    rows = [
        (model, period, 0.1, 0.05, 1.9, drawdown, 0.14)
        for model, drawdowns in (("alphanet_v3", (-0.04, -0.06, -0.05, -0.2)),
                                 (HEADLINE, (-0.05, -0.03, -0.02, -0.1)))
        for period, drawdown in zip(PERIODS, drawdowns, strict=True)
    ]  # fmt: skip
    columns = ["signal", "period", "excess", "annual_excess_sd", "sharpe", "max_drawdown",
               "turnover"]  # fmt: skip
    own = found(enhancement=pd.DataFrame(rows, columns=columns))
    assert difference("001-K3", own) == (
        "alphanet_v4’s drawdown is smaller in 2 of 3 half-years than alphanet_v3’s."
    )
    assert difference("001-J3", own) == (
        "Over all days alphanet_v4’s yield ÷ standard deviation is 2.00, its Sharpe ratio 1.90."
    )
    assert f"14.0{THIN}% to 14.0{THIN}% by half-year" in difference("001-J2", own)


def test_the_losses_path_is_that_of_the_ladder(alphanet_inputs: AlphaNetInputs) -> None:
    own = findings_of(alphanet_inputs.tables)
    assert difference("001-K1", own).startswith(
        "Validation error by rung: V3 0.9991; + sequence 0.9984; + inputs 0.9981;"
    )
    assert difference("001-F2", own) == (
        "Lowest validation error of all 39 variants: 0.9969 of the variance (ladder, + target), "
        "train 0.9859."
    )
    assert difference("001-K6", own) == f"An epoch takes 43{THIN}% of the time without."


@pytest.mark.parametrize("point", sorted(MEASURES))
def test_half_of_a_comparison_is_none(point: str) -> None:
    board = pd.DataFrame({"signal": ["alphanet_v2"], "kind": "model", "rank_ic": 0.02})
    assert difference(point, found(board=board)) == ""


def test_all_that_can_be_measured_is_measured(alphanet_inputs: AlphaNetInputs) -> None:
    sheet = alphanet_inputs.tables.conformance.set_index("id")["difference"]
    measured = {*MEASURES, *AXES} - {
        # Nothing of the made-up run measures these.
        "001-B2", "001-C1", "001-D2", "001-E5", "001-F1",
    }  # fmt: skip
    assert set(sheet.index[sheet != ""]) == measured
