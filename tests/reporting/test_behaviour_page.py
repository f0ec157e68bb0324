"""What the page of paper 000 shows, with dots in place of its pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from deep_alpha.reporting import BehaviourInputs
from deep_alpha.reporting.behaviour_reading import BehaviourReading
from deep_alpha.reporting.reading import Reading

from .fake import changed
from .fake_behaviour import empty_tables, with_table
from .reader import PageReader

Html = Callable[[BehaviourInputs], str]
IC, PORTFOLIOS, NAIVE, TRAINING, FACTORS, FITS, SWITCHES, CRASH = range(8)
SCENARIOS, YEARS, BEYOND, SVR, CONFORMANCE = range(8, 13)
CONSTANT = "constant prediction: no IC"
THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def reader(behaviour_html: Html, behaviour_inputs: BehaviourInputs) -> PageReader:
    return PageReader(behaviour_html(behaviour_inputs))


def results(inputs: BehaviourInputs, *record: object) -> BehaviourInputs:
    """The inputs with one metric record more."""
    return replace(inputs, results=changed(inputs.results, *record))  # type: ignore[arg-type]


def test_every_section_is_there_in_order(reader: PageReader) -> None:
    assert [anchor for anchor in reader.anchors if anchor != "theme"] == [
        "overview", "networks", "ic", "portfolios", "shap", "factors", "signals", "sensitivity",
        "crash", "scenarios", "beyond", "svr", "conformance",
    ]  # fmt: skip


def test_models_stand_in_the_papers_order_and_those_beyond_it_are_left_out(
    reader: PageReader,
) -> None:
    names = [row[0].partition(" (")[0] for row in reader.tables[IC][2:]]
    assert names == [
        "mlp", "cnn", "cnn_dual", "svr", "svr_raw", "gru", "xgboost", "ridge", "composite",
        "oracle",
    ]  # fmt: skip
    assert all(
        "mlp_extended" not in row[0] for table in reader.tables[:BEYOND] for row in table if row
    )


def test_the_papers_numbers_stand_beside_its_kind_of_models(reader: PageReader) -> None:
    assert reader.row(IC, "mlp")[-3:] == ["0.0340", "0.2097", "0.1621"]
    assert reader.row(IC, "cnn_dual")[-3:] == ["0.0137", "0.1998", "0.0686"]
    assert reader.row(IC, "svr")[-3:] == ["0.0108", "0.2084", "0.0518"]
    assert reader.row(IC, "ridge")[-3:] == ["–"] * 3


def test_both_ratios_of_the_paper_are_one_and_the_portfolios_is_another(
    behaviour_html: Html, behaviour_inputs: BehaviourInputs
) -> None:
    some = results(behaviour_inputs, "ic", "cnn", "icir", 0.87)
    some = results(some, "portfolio", "cnn", "sharpe", 3.21, "long_short / gross")
    row = PageReader(behaviour_html(some)).row(IC, "cnn")
    assert row[4:7] == ["0.87", "0.87", "3.21"]


def test_seeds_are_counted_for_what_has_them(reader: PageReader) -> None:
    headings = reader.tables[IC][1]
    place = headings.index("seeds")
    assert (reader.row(IC, "mlp")[place], reader.row(IC, "svr")[place]) == ("3", "–")


def test_a_constant_prediction_never_shows_an_ic(
    behaviour_html: Html, behaviour_inputs: BehaviourInputs
) -> None:
    some = results(behaviour_inputs, "ic", "svr_raw", "rank_ic", 0.7654)
    some = results(some, "portfolio", "svr_raw", "sharpe", 9.87, "long_short / gross")
    some = results(some, "portfolio", "svr_raw", "annual_return", 0.987, "top / gross")
    page = PageReader(behaviour_html(some))
    for table in (IC, PORTFOLIOS, CRASH):
        assert page.row(table, "svr_raw") == ["svr_raw", CONSTANT]
    assert ["raw (mlp)", CONSTANT] in page.tables[SWITCHES]
    assert "0.765" not in page.text
    assert "9.87" not in page.text
    assert "98.7" not in page.text


def test_printed_portfolios_stand_below_their_kind(reader: PageReader) -> None:
    rows = [row[0] for row in reader.tables[PORTFOLIOS][2:]]
    printed = [place for place, name in enumerate(rows) if "paper as printed" in name]
    assert [rows[place].split(",")[0] for place in printed] == ["MLP", "CNN", "SVM"]
    assert rows[printed[1] + 1] == "svr"
    row = reader.tables[PORTFOLIOS][2 + printed[0]]
    headings = reader.tables[PORTFOLIOS][1]
    assert row[1] == f"53.49{THIN}%"
    assert row[headings.index("volatility")] == f"33.21{THIN}%"
    assert row[5] == "1.6075"


def test_naive_accounting_is_a_multiple(
    behaviour_html: Html, behaviour_inputs: BehaviourInputs
) -> None:
    some = results(behaviour_inputs, "portfolio", "mlp", "sharpe", 2.0, "top / gross")
    some = results(some, "portfolio", "mlp", "sharpe", 5.0, "top / naive")
    rows = PageReader(behaviour_html(some)).tables[NAIVE]
    assert rows[3][:4] == ["top 5", "2.00", "5.00", "2.50×"]


def test_final_values_are_those_of_the_daily_returns(
    behaviour_html: Html, behaviour_inputs: BehaviourInputs
) -> None:
    days = pd.bdate_range("2020-01-01", periods=3)
    own = pd.DataFrame({"top": [0.1, 0.1, None], "naive_top": [1.0, 1.0, 1.0]}, days)
    models = [
        replace(model, portfolios=own) if model.name == "mlp" else model
        for model in behaviour_inputs.results.models
    ]
    some = replace(behaviour_inputs, results=replace(behaviour_inputs.results, models=models))
    assert PageReader(behaviour_html(some)).tables[NAIVE][3][-2:] == ["1.21×", "8×"]


def test_what_contains_training_is_grey_and_apart(
    behaviour_html: Html, behaviour_inputs: BehaviourInputs
) -> None:
    page = behaviour_html(behaviour_inputs)
    table = page.split("<table>")[1 + TRAINING].split("</table>")[0]
    shown = [row for row in table.split("<tr")[2:] if 'class="group"' not in row]
    assert shown
    assert all(row.startswith(' class="absent"') for row in shown)
    assert [row[0] for row in PageReader(page).tables[TRAINING][2:4]] == ["top 5, naive", "top 5"]


def test_table_three_has_every_factor(reader: PageReader) -> None:
    assert len(reader.tables[FACTORS]) == 2 + 44


@pytest.mark.parametrize(("own", "other"), [("literal", "scale-free"), ("scale-free", "literal")])
def test_table_three_has_the_ic_of_both_versions(
    behaviour_html: Html, behaviour_inputs: BehaviourInputs, own: str, other: str
) -> None:
    factors = behaviour_inputs.results.factors.assign(
        version=own, ic=0.01, other_ic=-0.03, test_ic=0.02, other_test_ic=0.05
    )
    factors.loc[3:, "other_ic"] = 0.01
    some = replace(behaviour_inputs, results=replace(behaviour_inputs.results, factors=factors))
    page = PageReader(behaviour_html(some))
    headings, row = page.tables[FACTORS][1], page.tables[FACTORS][2]
    assert headings[3:9] == ["IC", "IC sd", "ICIR", f"IC, {other}", "IC", f"IC, {other}"]
    assert [row[3], *row[6:9]] == ["0.010", "−0.030", "0.020", "0.050"]
    assert f"The run uses the {own} formulas" in page.text
    assert "Over the 3 factors whose IC differs between the versions" in page.text
    assert f"the {other} version’s is larger." in page.text


def test_switches_are_grouped_with_their_distance_from_the_base(
    behaviour_html: Html, behaviour_inputs: BehaviourInputs
) -> None:
    variants = behaviour_inputs.tables.sensitivity.copy()
    variants["rank_ic"] = [0.05, 0.06, 0.04] + [0.05] * (len(variants) - 3)
    page = PageReader(behaviour_html(with_table(behaviour_inputs, "sensitivity", variants)))
    rows = page.tables[SWITCHES]
    assert rows[1][0] == "factor set (5 variants: 0.040 … 0.060, sd 0.007)"
    assert rows[2][:4] == ["table40 (base)", "mlp", "0.050", ""]
    assert [row[3] for row in rows[3:5]] == ["+0.010", "−0.010"]
    (paper,) = [row for row in rows if row[0].startswith("paper")]
    assert paper[0] == "paper (selects on the test: not out of sample)"


def test_crash_months_stand_side_by_side(reader: PageReader) -> None:
    spans = reader.tables[CRASH][0]
    assert spans[1] == f"2019-05: market −9.0{THIN}%"
    assert len(spans) == 1 + 5
    assert [row[0] for row in reader.tables[CRASH][2:]] == [
        "mlp", "cnn", "cnn_dual", "svr", "svr_raw",
    ]  # fmt: skip


def test_too_few_events_say_so_and_events_are_counted_by_year(reader: PageReader) -> None:
    rows = reader.tables[SCENARIOS][2:]
    assert rows[0][0] == "divergence"
    assert rows[1][0] == "label: classification"
    assert rows[2] == ["occurrence: classification", "not enough events: 1,204 in training"]
    assert rows[4][0] == "label: hybrid (fitted on 3 of 5 folds)"
    assert reader.tables[YEARS][0] == ["scenario", "2019", "2020", "2021"]


def test_conformance_shows_every_row_and_a_dash_for_what_is_not_measured(
    reader: PageReader,
) -> None:
    rows = reader.tables[CONFORMANCE]
    assert [row[0] for row in rows[1:]] == ["000-E1", "000-M10", "000-F2"]
    assert rows[3][-1] == "–"


def test_fits_and_configurations_are_listed(reader: PageReader) -> None:
    assert [row[0] for row in reader.tables[SVR][1:]] == [
        "svr", "2019H1", "2019H2", "svr_subsample", "2019H1", "2019H2",
        "svr_raw", "2019H1", "2019H2",
    ]  # fmt: skip
    fits = [row[2:4] for row in reader.tables[SVR] if row[0] == "2019H1"]
    assert fits[:2] == [["812,000", "interior point"], ["5,000 of 812,000", "libsvm"]]
    assert reader.tables[SVR][-1][6] == "constant"
    assert reader.row(BEYOND, "mlp_extended")[1:5] == ["76 factors", "rank", "IC", "0.083"]


def test_captions_state_market_dates_names_seeds_cost_and_switches(reader: PageReader) -> None:
    assert (
        "simulated · tests 2019-01-01 to 2021-06-22 · N = 1,200 names a day · 5-day labels entered "
        "at the next open · 3 seeds (1, 2, 3) · IR port gross of costs · profile small · "
        "factor_set = table40 · target = rank" in reader.text
    )


def test_empty_tables_name_the_command_that_fills_them(
    behaviour_html: Html, behaviour_inputs: BehaviourInputs
) -> None:
    bare = replace(
        behaviour_inputs,
        results=replace(behaviour_inputs.results, models=[], metrics=[], factors=pd.DataFrame()),
        tables=empty_tables(),
    )
    text = PageReader(behaviour_html(bare)).text
    filled = re.findall(r"“kedro run --pipelines=(\w+)” fills the table (\w+)", text)
    assert {table for _, table in filled} == set(type(bare.tables).names()) - {
        "shap_groups", "scenario_years",
    }  # fmt: skip
    assert ("sensitivity", "sensitivity") in filled
    for sentence in ("there is no result to report", "No portfolio was formed.",
                     "No factor was evaluated on its own."):  # fmt: skip
        assert sentence in text


def test_a_model_has_one_colour_on_all_pages(behaviour_inputs: BehaviourInputs) -> None:
    own = BehaviourReading(behaviour_inputs).paper.hues
    assert own == Reading(behaviour_inputs.results).hues
