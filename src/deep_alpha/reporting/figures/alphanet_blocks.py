"""AlphaNets as boxes: what flows through which layers, read off their trace."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from deep_alpha.reporting.formats import count, plural

Branch = tuple[int, int, int]
"""Window, steps and stride."""

_LANE = re.compile(r"(?:readers|pools)\.(\d+)\.")
_ENCODER = re.compile(r"encoders\.(\d+)\.(project$|first|second)")
_RECURRENT = ("GRU", "LSTM")
_TITLES = {
    "ChannelNorm": "Batch norm", "ScoreHead": "Output", "pool_norm": "Mean, max, min; norm",
    "project": "Linear", "first": "Encoder layer 1", "second": "Encoder layer 2",
}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """One box: what it is, lines below it, and its parameters where it has layers."""

    title: str
    lines: tuple[str, ...] = ()
    parameters: int | None = None


@dataclass(frozen=True)
class Lane:
    """One branch: its name, its boxes downwards, and what leaves it where no box says it."""

    title: str
    boxes: tuple[Box, ...]
    leaves: str = ""


@dataclass(frozen=True)
class Diagram:
    """A network downwards: boxes, branches side by side, boxes.

    Args:
        before: What all branches read.
        lanes: The branches.
        after: What they flow into; the first box takes what leaves all lanes.
        steered: The box of ``after`` that the first lane's first box also feeds; None if
            there is none.
    """

    before: tuple[Box, ...]
    lanes: tuple[Lane, ...]
    after: tuple[Box, ...]
    steered: int | None = None

    @property
    def parameters(self) -> int:
        """Parameters of all boxes."""
        inner = [box for lane in self.lanes for box in lane.boxes]
        return sum(box.parameters or 0 for box in (*self.before, *inner, *self.after))


class _Layer(NamedTuple):
    name: str
    kind: str
    arrives: tuple[int, ...]
    leaves: tuple[int, ...]
    parameters: int


def alphanet_diagram(
    layers: pd.DataFrame, branches: Sequence[Branch] = (), features: int | None = None
) -> Diagram | None:
    """A network's layers as boxes; None where they are not those of an AlphaNet.

    Args:
        layers: What ``explain.architecture.describe`` gives of one network.
        branches: Window, steps and stride of each branch, the main one first; where they
            are not known, branches are numbered.
        features: Features of a window before any were dropped; None if that is not known.
    """
    rows = [
        _Layer(str(name), str(kind), _shape(arrives), _shape(leaves), int(parameters))
        for name, kind, arrives, leaves, parameters in layers[
            ["layer", "kind", "shape_in", "shape_out", "parameters"]
        ].itertuples(index=False, name=None)
    ]
    if any(row.name == "recurrent" for row in rows):
        return _fourth(rows, branches, features)
    if any(_LANE.match(row.name) for row in rows):
        return _earlier(rows, branches)
    return None


def _earlier(rows: Sequence[_Layer], branches: Sequence[Branch]) -> Diagram:
    """V1 to V3: every branch by itself, then a head."""
    lanes: dict[int, list[_Layer]] = {}
    after: list[_Layer] = []
    for row in rows:
        found = _LANE.match(row.name)
        lanes.setdefault(int(found[1]), []).append(row) if found else after.append(row)
    width = next(iter(lanes.values()))[0].arrives[-1]
    windows = plural(len({branch[0] for branch in branches}) or len(lanes), "window")
    leaving = sum(math.prod(own[-1].leaves) for own in lanes.values())
    arriving = math.prod(after[0].arrives)
    # V1 gives the features themselves on, beside what it pools of them.
    beside = f"with the features: {count(arriving)}" if arriving != leaving else ""
    return Diagram(
        (Box("Features", (f"{count(width)} a window, {windows}",)),),
        tuple(
            Lane(_lane_title(branches, lane), tuple(_read(own)), beside)
            for lane, own in sorted(lanes.items())
        ),
        tuple(_merged(after)),
    )


def _fourth(rows: Sequence[_Layer], branches: Sequence[Branch], features: int | None) -> Diagram:
    """V4: a Bi-LSTM in the main branch, encoders in the others, their sum and attention."""
    named = {row.name: row for row in rows}
    recurrent, total = named["recurrent"], named["sum_norm"]
    kept = recurrent.arrives[-1]
    windows = plural(named["norm"].arrives[-1] // kept, "window")
    before = [Box("Features", (f"{count(features or kept)} a window, {windows}",))]
    if features is not None and features > kept:
        before.append(Box("Spearman dropout", (f"{count(features)} → {count(kept)} a window",)))
    before.append(_box(named["norm"]))
    dropped = ("dropout before and after",) if "recurrent_dropout" in named else ()
    main = [_box(recurrent, *dropped)]
    if "hidden_norm" in named and named["hidden_norm"].parameters:
        main.append(_box(named["hidden_norm"]))
    lanes = [Lane(_lane_title(branches, 0), tuple(main))]
    encoders: dict[int, dict[str, list[_Layer]]] = {}
    for row in rows:
        found = _ENCODER.match(row.name)
        if found:
            encoders.setdefault(int(found[1]), {}).setdefault(found[2], []).append(row)
    for number, parts in sorted(encoders.items()):
        boxes = tuple(
            Box(_TITLES[part], (_size(own[-1].leaves),), sum(row.parameters for row in own))
            for part, own in parts.items()
        )
        leaves = next(reversed(parts.values()))[-1].leaves
        beside = f"both: {_size(total.arrives)}" if leaves != total.arrives else ""
        lanes.append(Lane(_lane_title(branches, number + 1), boxes, beside))
    what = "Sum, batch norm" if encoders else "Batch norm"
    after = [Box(what, (_size(total.leaves),), total.parameters)]
    attention = [row for row in rows if row.name.startswith("attention.")]
    if attention:
        steps = count(total.leaves[0])
        parameters = sum(row.parameters for row in attention)
        after.append(Box("Attention", (f"{steps} steps, weighted",), parameters))
    else:
        after.append(Box("Last step"))
    after.append(_box(named["head"]))
    return Diagram(tuple(before), tuple(lanes), tuple(after), 1 if attention else None)


def _read(rows: Sequence[_Layer]) -> list[Box]:
    """A branch's boxes; a recurrent layer gives on the last of its states alone."""
    boxes = []
    for row, later in zip(rows, [*rows[1:], None], strict=True):
        is_last = row.kind in _RECURRENT and later is not None and later.arrives != row.leaves
        boxes.append(_box(row, *(("the last state goes on",) if is_last else ())))
    return boxes


def _merged(rows: Sequence[_Layer]) -> list[Box]:
    """Boxes of layers with parameters; the others are named within the box before them."""
    boxes: list[Box] = []
    for row in rows:
        if row.parameters or not boxes:
            boxes.append(_box(row))
        else:
            last = boxes[-1]
            boxes[-1] = Box(last.title, (*last.lines, row.kind), last.parameters)
    return boxes


def _box(row: _Layer, *notes: str) -> Box:
    last = row.name.rpartition(".")[2]
    title = _TITLES.get(last) or _TITLES.get(row.kind) or row.kind
    if row.kind == "LSTM" and _both_ways(row):
        title = "Bi-LSTM"
    arrives, leaves = _size(row.arrives), _size(row.leaves)
    flow = leaves if arrives == leaves else f"{arrives} → {leaves}"
    return Box(title, (flow, *notes), row.parameters)


def _both_ways(row: _Layer) -> bool:
    """Whether an LSTM reads its steps from both ends: told by its number of parameters."""
    inputs, hidden = row.arrives[-1], row.leaves[-1] // 2
    return row.parameters == 8 * hidden * (inputs + hidden + 2)


def _lane_title(branches: Sequence[Branch], place: int) -> str:
    if place >= len(branches):
        return f"branch {place + 1}"
    window, steps, stride = branches[place]
    return f"{plural(window, 'day')}\n{plural(steps, 'step')} of {stride}"


def _shape(value: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(size) for size in value)


def _size(shape: Sequence[int]) -> str:
    return " × ".join(count(size) for size in shape if size != 1) or "1"
