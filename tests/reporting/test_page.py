"""What the page of results says, with dots in place of its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from deep_alpha.reporting import ReportInputs
from deep_alpha.reporting.blocks import pictures_of
from deep_alpha.reporting.names import PAGES
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.sections import all_sections

from .fake import changed
from .reader import PageReader

Html = Callable[[ReportInputs], str]
RESULTS = 0


@pytest.fixture
def page(html: Html, inputs: ReportInputs) -> str:
    return html(inputs)


def test_every_section_is_there_in_order(page: str) -> None:
    assert [anchor for anchor in PageReader(page).anchors if anchor != "theme"] == [
        "results", "market", "split", "ic", "portfolios", "ranking", "protocol",
    ]  # fmt: skip


def test_values_come_from_the_records(html: Html, inputs: ReportInputs) -> None:
    before = PageReader(html(inputs)).row(RESULTS, "cnn")
    after = PageReader(html(changed(inputs, "ic", "cnn", "icir", -0.87))).row(RESULTS, "cnn")
    places = [place for place, pair in enumerate(zip(before, after, strict=True)) if len(set(pair)) > 1]  # fmt: skip # noqa: E501
    assert places == [3]
    assert after[3] == "−0.87"


def test_the_best_of_a_column_is_marked_and_the_oracle_does_not_compete(page: str) -> None:
    table = page.split("<table>")[1].split("</table>")[0]
    marked = [row for row in table.split("<tr")[1:] if 'class="numeric best"' in row]
    assert marked
    assert not any('class="oracle"' in row or ">oracle<" in row for row in marked)


def test_the_oracle_stands_last_and_apart(page: str) -> None:
    assert PageReader(page).tables[RESULTS][-1][0] == "oracle (knows what was planted)"
    assert '<tr class="oracle">' in page


def test_a_degenerate_model_says_so(page: str) -> None:
    row = PageReader(page).row(RESULTS, "svr_raw")
    assert row == ["svr_raw", "constant prediction: no IC"]


def test_missing_records_leave_dashes(html: Html, inputs: ReportInputs) -> None:
    kept = [
        record
        for record in inputs.metrics
        if (record["row"], record["column"]) == ("mlp", "rank_ic") and record["basis"] == "all"
    ]
    row = PageReader(html(replace(inputs, metrics=kept))).row(RESULTS, "mlp")
    assert row[2:] == ["–"] * 12


def test_missing_pieces_are_named(html: Html, inputs: ReportInputs) -> None:
    bare = replace(
        inputs,
        models=[],
        metrics=[],
        ranking=pd.DataFrame(),
        ranking_date=None,
        ledger=pd.DataFrame(),
        market=replace(inputs.market, proxies={}, findings=[], names_per_day=pd.DataFrame()),
        stages={},
    )
    text = PageReader(html(bare)).text
    for sentence in (
        "No model has an out-of-sample rank IC",
        "No field is a proxy.",
        "The quality gate found nothing to report.",
        "No model has an IC to draw.",
        "No portfolio was formed.",
        "There is no live fold",
        "The ledger of this market is empty.",
    ):
        assert sentence in text


def test_captions_state_market_dates_names_seeds_horizon_and_switches(page: str) -> None:
    text = PageReader(page).text
    assert (
        "simulated · tests 2019-01-01 to 2021-06-22 · N = 1,200 names a day · 5-day labels entered "
        "at the next open · 3 seeds (1, 2, 3) · gross, and net of 10 bp a side where stated · "
        "profile small · factor_set = table40 · target = rank" in text
    )


def test_all_periods_offsets_and_horizons_are_shown(page: str) -> None:
    headers = [table[0] for table in PageReader(page).tables]
    assert ["model", "2019", "2020", "2021", "all", "without 2019H1"] in headers
    assert ["model", "rank IC", "IC sd", "ICIR", "range of ICIR"] in headers
    assert ["model", "1 day", "5 days", "10 days", "20 days"] in headers


def test_the_ranking_has_both_ends(page: str) -> None:
    top, bottom = [table for table in PageReader(page).tables if table[0][0] == "asset"]
    assert [row[1] for row in top[1:]] == [str(rank) for rank in range(1, 21)]
    assert [row[1] for row in bottom[1:]] == [str(rank) for rank in range(281, 301)]


def test_portfolios_are_a_line_each(html: Html, inputs: ReportInputs) -> None:
    some = changed(inputs, "portfolio", "cnn", "annual_return", 0.5, "top / gross")
    some = changed(some, "portfolio", "cnn", "sharpe", -0.25, "long_short / net 10 bp")
    (table,) = [t for t in PageReader(html(some)).tables if "Long–short Sharpe" in t[0]]
    rows = {row[0]: row for row in table[2:]}
    assert rows["cnn"][1] == "50.0\N{NARROW NO-BREAK SPACE}%"
    assert rows["cnn"][4] == "−0.25"
    assert "svr_raw" not in rows
    assert list(rows)[-1] == "universe, equal weight"


def test_the_papers_pages_are_linked_where_there_are_any(html: Html, inputs: ReportInputs) -> None:
    link = '<a href="behaviour.html">Paper 000, behavioural factors: every table and figure</a>'
    assert link in html(replace(inputs, pages=PAGES))
    assert link not in html(inputs)


def test_what_belongs_to_a_paper_is_on_its_own_page(inputs: ReportInputs) -> None:
    names = [
        picture.name
        for section in all_sections(Reading(inputs))
        for picture in pictures_of(section.blocks)
    ]
    assert names == ["names-per-day", "folds", "ic-cumulative", "long-short"]
