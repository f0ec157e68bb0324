"""The table of results for a terminal."""

from __future__ import annotations

from deep_alpha.reporting.inputs import ReportInputs
from deep_alpha.reporting.reading import Reading
from deep_alpha.reporting.tables.results import results_table

# Terminals and log files of any encoding can print these.
_PLAIN = str.maketrans({"−": "-", "–": "-", "’": "'", "\N{NARROW NO-BREAK SPACE}": " "})
_NOTES = {"yardstick": " (yardstick)", "knows what was planted": " (oracle)", "": ""}


def console_table(inputs: ReportInputs) -> str:
    """The page's table of results as aligned plain text, without a final line break.

    The best value of a column carries a star; the oracle stands below a rule.
    """
    table = results_table(Reading(inputs))
    titles = [column.title for column in table.columns]
    lines: list[list[str]] = [titles]
    messages: dict[int, str] = {}
    rules = [1]
    for row in table.rows:
        if row.style == "oracle" and len(lines) not in rules and len(lines) - 1 not in rules:
            rules.append(len(lines))
        name = row.name + _NOTES.get(row.note, f" ({row.note})")
        if row.message:
            messages[len(lines)] = row.message
            lines.append([name])
        else:
            lines.append([name, *(cell.text + ("*" if cell.best else " ") for cell in row.cells)])
    plain = [[text.translate(_PLAIN) for text in line] for line in lines]
    plain[0][1:] = [title + " " for title in plain[0][1:]]
    widths = [max(len(line[i]) for line in plain if i < len(line)) for i in range(len(titles))]
    printed = []
    for number, line in enumerate(plain):
        if number in rules:
            printed.append("-" * (sum(widths) + 2 * (len(widths) - 1)))
        first = line[0].ljust(widths[0])
        if number in messages:
            printed.append(f"{first}  {messages[number]}")
        else:
            cells = (text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True))
            printed.append("  ".join([first, *cells]).rstrip())
    return "\n".join(printed)
