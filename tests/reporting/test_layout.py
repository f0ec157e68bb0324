"""What every page has from the one layout, with dots in place of its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from deep_alpha.reporting.names import PAGES

from .reader import PageReader

Shown = Callable[..., str]


@pytest.fixture(params=["", "behaviour_", "alphanet_", "risk_", "scoreboard_", "portfolio_"])
def shown(request: pytest.FixtureRequest) -> Shown:
    """Writes each of the pages, some of its inputs changed."""
    inputs = request.getfixturevalue(f"{request.param}inputs")
    html = request.getfixturevalue(f"{request.param}html")
    if request.param in {"behaviour_", "alphanet_"}:  # what all pages have is in their results
        return lambda **changes: html(replace(inputs, results=replace(inputs.results, **changes)))
    return lambda **changes: html(replace(inputs, **changes))


def test_a_page_loads_nothing(shown: Shown) -> None:
    page = shown(pages=PAGES)
    addresses = set(PageReader(page).addresses) - set(PAGES.values())
    assert addresses
    assert all(address.startswith(("data:image/png;base64,", "#")) for address in addresses)
    assert "://" not in page
    assert "@import" not in page
    assert "url(" not in page
    assert "<link" not in page


def test_every_section_can_be_reached(shown: Shown) -> None:
    reader = PageReader(shown())
    links = [address[1:] for address in reader.addresses if address.startswith("#")]
    assert links == [anchor for anchor in reader.anchors if anchor != "theme"]


def test_pages_link_to_each_other_and_mark_the_present_one(shown: Shown) -> None:
    page = shown(pages=PAGES)
    assert set(PAGES.values()) <= set(PageReader(page).addresses)
    assert page.count('aria-current="page"') == 1
    assert 'class="pages"' not in shown(pages={})


def test_many_pages_have_a_line_of_their_own(shown: Shown) -> None:
    assert 'class="bar-inner many"' in shown(pages=PAGES)
    two = dict(list(PAGES.items())[:2])
    assert 'class="bar-inner"' in shown(pages=two)


def test_tables_have_a_cell_for_every_column(shown: Shown) -> None:
    for table in PageReader(shown()).tables:
        header = table[1] if len(table[0]) < len(table[1]) else table[0]
        widths = {len(row) for row in table[table.index(header) :]}
        assert widths <= {len(header), 2}


def test_tables_scroll_by_themselves(shown: Shown) -> None:
    page = shown()
    assert page.count('<div class="scroll"') == page.count("<table>") > 5


def test_what_leaks_carries_a_watermark(shown: Shown) -> None:
    assert '<div class="watermark"' not in shown()
    leaking = shown(watermark="leaks by design")
    assert '<div class="watermark" aria-hidden="true"><span>leaks by design</span>' in leaking


def test_names_are_escaped(shown: Shown) -> None:
    page = shown(title="<script>alert(1)</script>", pages={'"><em>': '"><script>alert(2)</script>'})
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert '"><em>' not in page
