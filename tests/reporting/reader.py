"""Reads a page as a browser would, to ask what it shows."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "img", "source", "br", "wbr", "link", "input", "hr"}


class PageReader(HTMLParser):
    """Checks that tags nest, and collects addresses, anchors and tables.

    Attributes:
        addresses: Every src, srcset and href.
        anchors: Every id.
        tables: Rows of each table, cells as text.
        text: All text outside style and script.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.addresses: list[str] = []
        self.anchors: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.stack == [], f"tags never closed: {self.stack}"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in {"src", "srcset", "href"}:
                self.addresses.append(value or "")
            if name == "id":
                self.anchors.append(value or "")
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack, f"</{tag}> closes nothing"
        assert self.stack[-1] == tag, f"</{tag}> closes <{self.stack[-1]}>"
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] in {"style", "script"}:
            return
        self.text += data
        if "td" in self.stack or "th" in self.stack:
            self.tables[-1][-1][-1] += data if "small" not in self.stack else f" ({data})"

    def row(self, table: int, name: str) -> list[str]:
        """The row of a table with a heading, whatever stands in brackets after it."""
        return next(row for row in self.tables[table] if row[0].partition(" (")[0] == name)

    def below(self, heading: str) -> list[list[str]]:
        """The rows below the titles of the first table whose first column has a heading."""
        for rows in self.tables:
            for place, row in enumerate(rows[:2]):
                if row[0] == heading:
                    return rows[place + 1 :]
        raise AssertionError(f"no table has a column {heading}")
