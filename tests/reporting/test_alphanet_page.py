"""What the page of paper 001 shows, with dots in place of its pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from deep_alpha.evaluation.conformance_001 import QUESTIONS
from deep_alpha.reporting import AlphaNetInputs, ReportInputs
from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.names import PAGES
from deep_alpha.reporting.reading import Reading

from .fake_alphanet import FEATURES, HEADLINE, PAPER, empty_tables, not_run, with_table
from .reader import PageReader

Html = Callable[[AlphaNetInputs], str]
(
    PRINTED, INPUTS, OPERATORS, CONFIGURATION, KEPT, LADDER, AXES, FITS, IC, PAIRS, LAYERS,
    HALVES, DIAGNOSTICS, STYLES, CONFORMANCE,
) = range(15)  # fmt: skip
THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def reader(alphanet_html: Html, alphanet_inputs: AlphaNetInputs) -> PageReader:
    return PageReader(alphanet_html(alphanet_inputs))


def edited(
    inputs: AlphaNetInputs, name: str, where: dict[str, object], **values: object
) -> AlphaNetInputs:
    """The inputs with other values in the rows of a table that are asked for."""
    table = getattr(inputs.tables, name).copy()
    held = pd.Series(True, table.index)
    for column, value in where.items():
        held &= table[column] == value
    assert held.any()
    for column, value in values.items():
        table.loc[held, column] = value
    return with_table(inputs, name, table)


def first_column(reader: PageReader, table: int) -> list[str]:
    return [row[0] for row in reader.tables[table]]


def test_every_section_is_there_in_order(reader: PageReader) -> None:
    assert [anchor for anchor in reader.anchors if anchor != "theme"] == [
        "overview", "data", "features", "networks", "ladder", "losses", "ic", "layers",
        "enhancement", "importance", "attention", "styles", "conformance",
    ]  # fmt: skip
    assert len(reader.tables) == 15


def test_what_is_printed_stands_beside_what_comes_out(
    alphanet_html: Html, alphanet_inputs: AlphaNetInputs
) -> None:
    where = {"signal": HEADLINE, "basis": "raw", "period": "all"}
    some = edited(alphanet_inputs, "bases", where, rank_ic=0.04321, icir=0.91)
    some = edited(some, "enhancement", {"signal": HEADLINE, "period": "all"}, sharpe=1.87)
    reader = PageReader(alphanet_html(some))
    assert reader.row(PRINTED, "IC of alphanet_v4")[1:3] == ["0.0808, IR 1.52", "0.0432, IR 0.91"]
    top = reader.row(PRINTED, "excess a year, top layer of alphanet_v4")
    assert top[1:3] == [f"+17.42{THIN}%", f"+11.4{THIN}%"]
    index = reader.row(PRINTED, "Sharpe of the enhanced index, alphanet_v4")
    assert index[1:3] == ["0.61 to 3.53 by period", "1.87"]
    assert reader.row(PRINTED, "features kept")[1] == "103 of 208"
    time = reader.row(PRINTED, "training time with Spearman dropout")
    assert time[1:3] == [f"70{THIN}% of that without", f"43{THIN}%"]
    assert not [row for row in reader.tables[PRINTED] if "v2" in row[0]]


def test_inputs_have_their_places(reader: PageReader) -> None:
    assert reader.row(INPUTS, "close")[2:6] == ["4", "4", "4", "4"]
    assert reader.row(INPUTS, "div_vwap_close_2")[2:6] == ["–", "15", "13", "–"]


def test_operators_add_up(reader: PageReader, alphanet_inputs: AlphaNetInputs) -> None:
    kept = int(alphanet_inputs.tables.features["kept"].sum())
    assert reader.tables[OPERATORS][-1][:4] == ["all", "", "208", str(kept)]
    assert reader.row(OPERATORS, "ts_corr")[2] == "78"


def test_the_configuration_has_a_column_a_model(reader: PageReader) -> None:
    assert reader.tables[CONFIGURATION][0] == ["setting", *PAPER]
    assert reader.row(CONFIGURATION, "inputs")[-1] == "paper13: 13"


def test_kept_features_are_told_fit_by_fit_of_models_that_drop(
    alphanet_html: Html, alphanet_inputs: AlphaNetInputs
) -> None:
    where = {"model": HEADLINE, "fold": "2020H1", "seed": 2}
    some = edited(alphanet_inputs, "kept", where, kept=71, jaccard=0.66)
    reader = PageReader(alphanet_html(some))
    assert first_column(reader, KEPT)[2:] == [
        "alphanet_v4 (of 208)", "2019H1", "2019H2", "2020H1", "2020H2", "2021H1",
    ]  # fmt: skip
    assert reader.row(KEPT, "2020H1")[2] == "71 (0.66)"


def test_rungs_stand_on_each_other_and_none_on_the_weights(reader: PageReader) -> None:
    place = reader.tables[LADDER][1].index("rank IC")
    cells = {row[0].partition(" (")[0]: row[place] for row in reader.tables[LADDER][2:]}
    assert cells["V3"] == "0.052"
    assert cells["+ sequence"] == "0.056 (+0.004)"
    assert cells["+ weights"] == "−0.021 (−0.090)"
    assert cells["+ Sharpe stop"] == "0.065 (−0.004)"  # from the target's 0.069


def test_variants_are_grouped_with_their_distance_from_the_base(
    alphanet_html: Html, alphanet_inputs: AlphaNetInputs
) -> None:
    where = {"axis": "inputs", "variant": "paper13"}
    some = edited(alphanet_inputs, "ablation", where, rank_ic=0.0627, valid_error=0.99716)
    reader = PageReader(alphanet_html(some))
    headings = reader.tables[AXES][1]
    rows = reader.tables[AXES]
    assert ["inputs (Figure 4-3)", ""] in rows
    base = next(row for row in rows if row[0] == "v2 (base: V3, returns)")
    assert base[headings.index("rank IC")] == "0.052"
    own = next(row for row in rows if row[0].startswith("paper13"))
    assert own[headings.index("rank IC")] == "0.063 (+0.011)"
    assert own[headings.index("valid")] == "0.9972"


def test_what_can_not_be_used_says_why(reader: PageReader) -> None:
    assert ["literal (V4, returns)", "no usable score: the loss fell below every bound"] in (
        reader.tables[AXES]
    )


def test_the_fits_are_those_of_the_page(reader: PageReader) -> None:
    assert set(first_column(reader, FITS)[1:]) <= {"gru32", *PAPER}
    assert HEADLINE in first_column(reader, FITS)


def test_the_ic_stands_on_every_basis_with_the_papers_beside(
    alphanet_html: Html, alphanet_inputs: AlphaNetInputs
) -> None:
    values = {"raw": 0.0711, "tradable": 0.0622, "residual": 0.0533, "five_factor": 0.0444,
              "cne5": 0.0356}  # fmt: skip
    some = alphanet_inputs
    for basis, value in values.items():
        where = {"signal": "alphanet_v3", "basis": basis, "period": "all"}
        some = edited(some, "bases", where, rank_ic=value, pearson_ic=value / 2, icir=9.99)
    row = PageReader(alphanet_html(some)).row(IC, "alphanet_v3")
    shown = [row[place].partition(" (") for place in (1, 7, 9, 11, 13)]
    assert [ic for ic, _, _ in shown] == ["0.071", "0.062", "0.053", "0.044", "0.036"]
    assert shown[0][2] == "0.036)"
    assert row[4:7] == ["0.0668", "0.0596", "1.12"]
    assert row[3].startswith("9.99 (")


def test_yardsticks_follow_and_references_stand_apart(reader: PageReader) -> None:
    names = [name.partition(" (") for name in first_column(reader, IC)[2:]]
    assert [name for name, _, _ in names] == [
        *PAPER, "gru32", "composite", "alphanet_ridge", "alphanet_xgboost", "low_volatility",
        "random",
    ]  # fmt: skip
    assert {note for name, _, note in names if name in ("random", "low_volatility")} == {
        "reference)"
    }
    assert "mlp_rank" not in [name for name, _, _ in names]


def test_a_constant_prediction_has_no_ic(
    alphanet_html: Html, alphanet_inputs: AlphaNetInputs
) -> None:
    tables = alphanet_inputs.tables
    board = tables.board[tables.board["signal"] != "alphanet_v1"]
    reader = PageReader(alphanet_html(with_table(alphanet_inputs, "board", board)))
    assert reader.row(IC, "alphanet_v1") == ["alphanet_v1", "constant prediction: no IC"]


def test_pairs_are_those_of_the_paper_and_the_yardsticks(
    alphanet_html: Html, alphanet_inputs: AlphaNetInputs
) -> None:
    more = alphanet_inputs.tables.paired.iloc[:1].assign(signal="mlp_rank")
    paired = pd.concat([alphanet_inputs.tables.paired, more], ignore_index=True)
    some = edited(
        with_table(alphanet_inputs, "paired", paired), "paired",
        {"signal": HEADLINE, "against": "gru32"}, difference=0.0123, p=0.0301,
    )  # fmt: skip
    reader = PageReader(alphanet_html(some))
    assert len(reader.tables[PAIRS]) == 1 + 2 * len(PAPER)
    row = next(row for row in reader.tables[PAIRS] if row[:2] == [HEADLINE, "gru32"])
    assert row[2] == "+0.012"
    assert row[-2:] == ["0.030", "ahead"]


def test_layers_begin_with_the_highest_scores_in_every_case_of_costs(
    alphanet_html: Html, alphanet_inputs: AlphaNetInputs
) -> None:
    where = {"signal": HEADLINE, "cost": "decimal", "leg": "layer 5"}
    some = edited(alphanet_inputs, "layers", where, return_difference=0.0987)
    some = edited(some, "monotonicity", {"signal": HEADLINE, "cost": "decimal"}, value=0.7)
    rows = PageReader(alphanet_html(some)).tables[LAYERS]
    assert rows[1][1:6] == ["5, top", "4", "3", "2", "1"]
    begin = next(place for place, row in enumerate(rows) if row[0] == HEADLINE)
    assert [row[0] for row in rows[begin + 1 :]] == [
        "costs paper_x10", "costs paper_literal", "costs decimal", "V4, paper as printed",
    ]  # fmt: skip
    assert rows[begin + 3][1] == f"+9.9{THIN}%"
    assert rows[begin + 3][7] == "0.70"
    assert rows[begin + 4][1] == f"+17.42{THIN}%"
    assert rows[begin + 4][5] == f"−20.26{THIN}%"


def test_half_years_stand_with_the_papers_periods_below(
    alphanet_html: Html, alphanet_inputs: AlphaNetInputs
) -> None:
    where = {"signal": HEADLINE, "period": "2020H2"}
    some = edited(alphanet_inputs, "enhancement", where, excess=0.0777, holdings=219.0)
    reader = PageReader(alphanet_html(some))
    rows = reader.tables[HALVES]
    begin = next(place for place, row in enumerate(rows) if row[0] == HEADLINE)
    assert [row[0] for row in rows[begin + 1 :]] == [
        "2019H1", "2019H2", "2020H1", "2020H2", "2021H1", "all", "2019, V4, paper as printed",
        "2020, V4, paper as printed", "2021H1, V4, paper as printed",
    ]  # fmt: skip
    assert rows[begin + 4][1] == f"+7.8{THIN}%"
    assert rows[begin + 4][5] == "219"
    assert rows[-2][5] == "223"
    assert "Without an enhanced index: alphanet_v1, alphanet_v2." in reader.text


def test_diagnostics_are_shares(alphanet_html: Html, alphanet_inputs: AlphaNetInputs) -> None:
    some = edited(
        alphanet_inputs, "diagnostics", {"fold": "2019H1", "seed": 1}, hidden_variance=1.0,
        encoded_variance=3.0, attention_entropy=np.log(20) / 2,
    )  # fmt: skip
    row = PageReader(alphanet_html(some)).row(DIAGNOSTICS, "2019H1")
    assert row[4:] == [f"25.0{THIN}%", "1.498", f"50.0{THIN}%"]


def test_styles_have_signed_and_absolute_means(
    alphanet_html: Html, alphanet_inputs: AlphaNetInputs
) -> None:
    where = {"model": "alphanet_v2", "style": "SIZE"}
    some = edited(alphanet_inputs, "styles", where, correlation=-0.41, mean_abs=0.43)
    reader = PageReader(alphanet_html(some))
    place = reader.tables[STYLES][1].index("size")
    assert reader.row(STYLES, "alphanet_v2")[place] == "−0.41 (0.43)"


def test_conformance_has_every_point(reader: PageReader) -> None:
    assert first_column(reader, CONFORMANCE)[1:] == [question.id for question in QUESTIONS]


def test_captions_state_market_dates_names_seeds_cost_and_switches(reader: PageReader) -> None:
    assert (
        "simulated · tests 2019-01-01 to 2021-06-22 · N = 1,200 names a day · 10-day labels "
        "entered at the same close · 3 seeds (1, 2, 3) · profile small · target = residual for "
        "alphanet_v4, return for the others · costs paper_x10" in reader.text
    )


def test_empty_tables_name_the_command_that_fills_them(
    alphanet_html: Html, alphanet_inputs: AlphaNetInputs
) -> None:
    text = PageReader(alphanet_html(not_run(alphanet_inputs))).text
    assert "Paper 001 was not run on this market" in text
    filled = dict(re.findall(r"“kedro run --pipelines=(\w+)” fills the table (\w+)", text))
    pairs = set(re.findall(r"“kedro run --pipelines=(\w+)” fills the table (\w+)", text))
    assert {table for _, table in pairs} == set(type(empty_tables()).names()) - {
        # told of by the tables that they stand beside
        "paired", "monotonicity", "layer_curves", "enhancement_curves",
    }  # fmt: skip
    assert set(filled) == {"alphanet", "ablation"}
    assert ("ablation", "ablation_history") in pairs
    assert ("alphanet", "kept") in pairs


def test_an_ablation_without_the_ladder_says_so(
    alphanet_html: Html, alphanet_inputs: AlphaNetInputs
) -> None:
    variants = alphanet_inputs.tables.ablation
    some = with_table(alphanet_inputs, "ablation", variants[variants["axis"] == "inputs"])
    text = PageReader(alphanet_html(some)).text
    assert "The axis ladder is not among those that were run" in text
    assert "“kedro run --pipelines=ablation,report '--params=ablation.only=[]'”" in text


def test_a_run_with_one_model_only_has_a_page(
    alphanet_html: Html, alphanet_inputs: AlphaNetInputs
) -> None:
    tables = alphanet_inputs.tables
    found = {}
    for name in type(tables).names():
        table = getattr(tables, name)
        column = next((c for c in ("signal", "model") if c in table and name != "ablation"), None)
        kept = table[table[column] == HEADLINE] if column else table
        found[name] = kept.reset_index(drop=True)
    results = alphanet_inputs.results
    models = [model for model in results.models if model.name == HEADLINE]
    some = replace(
        alphanet_inputs, results=replace(results, models=models), tables=type(tables)(**found)
    )
    reader = PageReader(alphanet_html(some))
    assert "Of the paper’s models, alphanet_v4 ranks" in reader.text
    assert "Paired tests of AlphaNets were" not in reader.text


def test_the_page_of_results_leads_here(
    html: Callable[[ReportInputs], str], inputs: ReportInputs
) -> None:
    link = '<a href="alphanet.html">Paper 001, AlphaNet V1 to V4: every table and figure</a>'
    assert link in html(replace(inputs, pages=PAGES))
    assert link not in html(inputs)


def test_a_model_has_one_colour_on_all_pages(alphanet_inputs: AlphaNetInputs) -> None:
    assert AlphaNetReading(alphanet_inputs).paper.hues == Reading(alphanet_inputs.results).hues


def test_the_fake_has_the_features_of_the_paper() -> None:
    assert len(FEATURES) == 208
