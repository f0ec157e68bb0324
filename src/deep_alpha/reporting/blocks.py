"""The page as data: sections made of blocks. Templates only lay them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from matplotlib.figure import Figure

from deep_alpha.reporting.figures.look import Look
from deep_alpha.reporting.palette import Hue


@dataclass(frozen=True)
class Column:
    """A table's column.

    Args:
        title: Heading.
        group: Heading over neighbouring columns that share it.
        numeric: Set flush right with digits of one width.
        hint: Explanation shown on hover.
    """

    title: str
    group: str = ""
    numeric: bool = True
    hint: str = ""


@dataclass(frozen=True)
class Cell:
    """A table's cell.

    Args:
        text: What it says.
        note: A second, smaller line.
        best: Whether it is the best of its column.
        tint: −1 … 1, strength of a background from negative to positive; 0 is none.
    """

    text: str
    note: str = ""
    best: bool = False
    tint: float = 0.0


@dataclass(frozen=True)
class Row:
    """A table's row.

    Args:
        name: The row's heading.
        cells: One cell a column, the heading's column not counted.
        note: A second, smaller line under the heading.
        hue: Colour of the model that the row is about.
        style: ``""``, ``group`` (a heading over the rows below), ``oracle``, ``reference``
            (out of competition), ``total`` or ``absent`` (not used in this run).
        message: Said in place of the cells.
    """

    name: str
    cells: Sequence[Cell] = ()
    note: str = ""
    hue: Hue | None = None
    style: str = ""
    message: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption; the first column holds the rows' headings."""

    kind: ClassVar[str] = "table"
    columns: Sequence[Column]
    rows: Sequence[Row]
    caption: str
    provenance: str = ""

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Headings over the columns and how many columns each covers; empty if none."""
        spans: list[tuple[str, int]] = []
        for column in self.columns:
            if spans and spans[-1][0] == column.group:
                spans[-1] = (column.group, spans[-1][1] + 1)
            else:
                spans.append((column.group, 1))
        return spans if any(group for group, _ in spans) else []


@dataclass(frozen=True)
class Picture:
    """A figure to be drawn in each theme.

    Args:
        name: File name without its ending.
        draw: Draws it for a look.
        alt: What it shows, for those who do not see it.
        caption: What it shows and how to read it.
        provenance: Market, dates, names, seeds, horizon, costs, switches.
        wide: Takes the page's whole width; a narrow one is drawn for telephones too.
    """

    name: str
    draw: Callable[[Look], Figure]
    alt: str
    caption: str
    provenance: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Pictures:
    """Pictures side by side where there is room."""

    kind: ClassVar[str] = "pictures"
    items: Sequence[Picture]

    @property
    def shared_provenance(self) -> str:
        """The provenance of several pictures, printed once where it is the same for all."""
        lines = {picture.provenance for picture in self.items}
        return lines.pop() if len(self.items) > 1 and len(lines) == 1 else ""


@dataclass(frozen=True)
class Prose:
    """Paragraphs computed from the numbers."""

    kind: ClassVar[str] = "prose"
    paragraphs: Sequence[str]


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Facts:
    """Short pairs of a name and a value."""

    kind: ClassVar[str] = "facts"
    items: Mapping[str, str]


@dataclass(frozen=True)
class Tile:
    """One large number: what it is, its value, and what it is measured by."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Tiles:
    """Large numbers in a row."""

    kind: ClassVar[str] = "tiles"
    items: Sequence[Tile]


@dataclass(frozen=True)
class Pair:
    """Two tables side by side where there is room."""

    kind: ClassVar[str] = "pair"
    tables: Sequence[Table]


@dataclass(frozen=True)
class Details:
    """Blocks that open on demand."""

    kind: ClassVar[str] = "details"
    summary: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Links:
    """Other pages of the report: what each shows, and its address."""

    kind: ClassVar[str] = "links"
    items: Mapping[str, str]


Block = Table | Pictures | Prose | Heading | Facts | Tiles | Pair | Links | Details


@dataclass(frozen=True)
class Section:
    """A numbered part of the page."""

    anchor: str
    title: str
    short: str
    blocks: Sequence[Block] = field(default_factory=tuple)


def pictures_of(blocks: Sequence[Block]) -> list[Picture]:
    """All pictures within blocks, in order."""
    found: list[Picture] = []
    for block in blocks:
        if isinstance(block, Pictures):
            found.extend(block.items)
        elif isinstance(block, Details):
            found.extend(pictures_of(block.blocks))
    return found
