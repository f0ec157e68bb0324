"""Layers of AlphaNet V1 to V4 as a trace of the networks lists them."""

from __future__ import annotations

import pandas as pd

_Row = tuple[str, str, tuple[int, ...], tuple[int, ...], int]


def architectures(kept: int) -> pd.DataFrame:
    """All four networks, V4 with so many features a window."""
    rows: list[tuple[str, *_Row]] = []
    for model, layers in (
        ("alphanet_v1", _first()),
        ("alphanet_v2", [*_reader(0, "LSTM", 3, 4), ("head", "ScoreHead", (30,), (1,), 31)]),
        (
            "alphanet_v3",
            [
                *_reader(0, "GRU", 3, 3),
                *_reader(1, "GRU", 6, 3),
                ("head", "ScoreHead", (60,), (1,), 61),
            ],
        ),
        ("alphanet_v4", fourth(kept)),
    ):
        rows += [(model, *layer) for layer in layers]
    columns = ["model", "layer", "kind", "shape_in", "shape_out", "parameters"]
    return pd.DataFrame(rows, columns=columns)


def fourth(kept: int, encoders: int = 3, attention: bool = True) -> list[_Row]:
    """V4's layers."""
    m, wide = (20, kept), (20, 2 * kept)
    all_windows = (20, (encoders + 1) * kept)
    rows: list[_Row] = [
        ("norm", "ChannelNorm", all_windows, all_windows, 2 * all_windows[1]),
        ("recurrent_dropout", "Dropout", m, m, 0),
        ("recurrent", "LSTM", m, wide, 2 * (8 * kept * kept + 8 * kept)),
        ("recurrent_dropout", "Dropout", wide, wide, 0),
    ]
    for encoder in range(encoders):
        for layer in ("first", "second"):
            rows += _encoder_layer(f"encoders.{encoder}.{layer}", kept)
    norm = ("ChannelNorm", wide, wide, 4 * kept)
    rows += [("hidden_norm", *norm)] if encoders else []
    rows += [("sum_norm", *norm)]
    if attention:
        rows += [
            ("attention.of_hidden", "Linear", wide, (20, 64), 64 * (2 * kept + 1)),
            ("attention.of_context", "Linear", (2 * kept,), (64,), 64 * 2 * kept),
            ("attention.energy", "Linear", (20, 64), (20, 1), 64),
        ]
    return [*rows, ("head", "ScoreHead", (2 * kept,), (1,), 2 * kept + 1)]


def _encoder_layer(name: str, width: int) -> list[_Row]:
    own, inner = (20, width), (20, 4 * width)
    return [
        (f"{name}.project", "Linear", own, (20, 3 * width), 3 * width * (width + 1)),
        (f"{name}.merge", "Linear", own, own, width * (width + 1)),
        (f"{name}.dropout", "Dropout", own, own, 0),
        (f"{name}.attention_norm", "LayerNorm", own, own, 2 * width),
        (f"{name}.inner", "Linear", own, inner, 4 * width * (width + 1)),
        (f"{name}.outer", "Linear", inner, own, width * (4 * width + 1)),
        (f"{name}.dropout", "Dropout", own, own, 0),
        (f"{name}.feed_forward_norm", "LayerNorm", own, own, 2 * width),
    ]


def _first() -> list[_Row]:
    return [
        ("pools.0.norm", "ChannelNorm", (3, 117), (3, 117), 234),
        ("pools.0.pool_norm", "ChannelNorm", (351,), (351,), 702),
        ("head.0", "Linear", (702,), (30,), 21_090),
        ("head.1", "ReLU", (30,), (30,), 0),
        ("head.2", "Dropout", (30,), (30,), 0),
        ("head.3", "ScoreHead", (30,), (1,), 31),
    ]


def _reader(number: int, kind: str, steps: int, gates: int) -> list[_Row]:
    name, read, states = f"readers.{number}", (steps, 270), (steps, 30)
    return [
        (f"{name}.norm", "ChannelNorm", read, read, 540),
        (f"{name}.recurrent", kind, read, states, gates * 30 * (270 + 30 + 2)),
        (f"{name}.state_norm", "ChannelNorm", (30,), (30,), 60),
    ]
