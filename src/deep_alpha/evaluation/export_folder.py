"""A folder of exports: one subfolder a signal, and words on how to read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.exports import (
    factor_data,
    return_series,
    write_factor_data,
    write_long_csv,
    write_wide_csv,
)

SCORES, FACTOR_DATA = "scores.csv", "factor_data.parquet"
RETURNS, ENHANCED, LONG_ONLY = "returns", "enhanced_index", "long_only"
INDEX, README = "index.json", "README.txt"

_README = """\
Deep Alpha, exports. index.json lists every file, and why one is missing. This folder is
replaced whole by each export. The code that reads it is Python, run in this folder:

    import alphalens, pandas, quantstats

{scores}
    date, asset, score: the scores of the test dates, out of sample, known at the close of the
    date; higher is better. Codes are text and may begin with zeros:

    scores = pandas.read_csv("{name}/{scores}", dtype={{"asset": str}}, parse_dates=["date"])

{factor_data}
    The clean factor data of alphalens: forward returns of {horizons} market days
    (entry: {entry}), the score as `factor`, the industry as `group`, and the quantile of the
    day, 1 is the lowest. The calendar of a plain read_parquet would be all weekdays;
    read_factor_data knows the market's.

    from deep_alpha.evaluation.exports import read_factor_data
    data = read_factor_data("{name}/{factor_data}")
    ic = alphalens.performance.factor_information_coefficient(data)

{returns}.csv
    Daily simple returns, decimals: the best and the worst names, one minus the other, and all
    scored names; gross, and net of costs a side in basis points. Days before the first
    positions are full, and after the last date with scores, are part of them.

    returns = pandas.read_csv("{name}/{returns}.csv", index_col="date", parse_dates=True)
    sharpe = quantstats.stats.sharpe(returns["long_short"], periods={annual_days})

{long_only}_*.csv, {enhanced}.csv
    Daily returns of the accounts held at the exchange with the signal, if there are any:
    `portfolio` is the account, net of all costs, `benchmark` its benchmark, `excess` their
    difference.
"""


class ExportSettings(BaseModel):
    """What is exported.

    Args:
        signals: Names of stored signals; none named means all.
        horizons: Market days of the forward returns in ``factor_data.parquet``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    signals: tuple[str, ...] = ()
    horizons: tuple[PositiveInt, ...] = Field((1, 5, 10), min_length=1)


@dataclass(frozen=True)
class SignalExport:
    """What there is of one signal.

    Args:
        scores: Date × asset scores of the test dates.
        meta: The signal's own words: market, universe, horizon, entry …
        returns: Daily returns by date, one column a portfolio; by name of the file.
    """

    scores: pd.DataFrame
    meta: Mapping[str, Any]
    returns: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def write_signal(
    folder: Path,
    name: str,
    export: SignalExport,
    forward_returns: Mapping[int, pd.DataFrame],
    groups: pd.Series,
    quantiles: int = 5,
) -> dict[str, Any]:
    """Write one signal's files into ``folder / name``.

    Args:
        folder: The exports.
        name: The signal.
        export: What there is of it.
        forward_returns: Date × asset returns by horizon in market days, decimals.
        groups: Industry by asset.
        quantiles: Quantiles of the factor data.

    Returns:
        Its entry of the index: metadata, test dates, rows by file, and the reasons why a
        file was left out, as for the factor data of scores too equal for quantiles.
    """
    own = folder / name
    own.mkdir(parents=True)
    write_long_csv(export.scores, own / SCORES)
    rows, left_out = {SCORES: int(export.scores.notna().to_numpy().sum())}, {}
    try:
        factors = factor_data(export.scores, forward_returns, quantiles=quantiles, groups=groups)
        write_factor_data(factors, own / FACTOR_DATA)
        rows[FACTOR_DATA] = len(factors)
    except DeepAlphaError as error:
        left_out[FACTOR_DATA] = str(error)
    for title, table in export.returns.items():
        file = f"{title}.csv"
        try:
            series = [return_series(table[column], str(column)) for column in table]
            write_wide_csv(pd.concat(series, axis=1), own / file)
            rows[file] = len(table)
        except DeepAlphaError as error:
            left_out[file] = str(error)
    dates = pd.DatetimeIndex(export.scores.index)
    return {
        **{key: value for key, value in export.meta.items() if key != "fingerprints"},
        "first": f"{dates[0]:%Y-%m-%d}",
        "last": f"{dates[-1]:%Y-%m-%d}",
        "rows": rows,
        "left_out": left_out,
    }


def write_guide(
    folder: Path,
    index: Mapping[str, Any],
    horizons: tuple[int, ...],
    entry: str,
    annual_days: int,
) -> None:
    """Write ``index.json``, and ``README.txt`` with code for the first signal with most files.

    Args:
        folder: The exports.
        index: Entries of :func:`write_signal` by signal, at least one.
        horizons: Market days of the forward returns.
        entry: Price they begin at.
        annual_days: Trading days of a year.
    """
    (folder / INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")
    words = _README.format(
        name=max(index, key=lambda name: len(index[name]["rows"])),
        scores=SCORES,
        factor_data=FACTOR_DATA,
        returns=RETURNS,
        enhanced=ENHANCED,
        long_only=LONG_ONLY,
        horizons=", ".join(map(str, horizons)),
        entry=entry,
        annual_days=annual_days,
    )
    (folder / README).write_text(words, encoding="utf-8")
