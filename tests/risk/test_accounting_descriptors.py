"""Accounting descriptors: by hand, and against a reader who opens the tables on each day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr
from numpy.testing import assert_allclose, assert_array_equal

from deep_alpha.errors import PanelError
from deep_alpha.market import simulate_market
from deep_alpha.risk.accounting_descriptors import AccountingDescriptors, accounting_descriptors
from deep_alpha.risk.catalogue import BY_NAME
from deep_alpha.risk.settings import RiskSettings
from tests.no_future import assert_no_future

Tables = dict[str, pd.DataFrame]

KNOWN = {"fundamentals": "announced", "valuation": "date", "forecasts": "announced"}
NAMES = tuple(name for name, each in BY_NAME.items() if each.needs != "bars")


# --- by hand -----------------------------------------------------------------------------------

DATES = pd.bdate_range("2019-04-01", periods=10).to_numpy()  # two weeks, from a Monday
ASSETS = np.array(["A", "B"], dtype=object)
REPORT: Mapping[str, Any] = {
    "asset": "A",
    "announced": "2019-04-03",
    "period_end": "2018-12-31",
    "eps_ttm": 2.0,
    "total_shares": 50.0,
    "net_profit": 90.0,
    "operating_cash_to_net_profit": 0.5,
    "roe": 0.18,
    "debt_to_assets": 0.6,
    "assets_to_equity": 2.5,
    "eps_yoy": 0.3,
}


def frame(*rows: Mapping[str, Any]) -> pd.DataFrame:
    content = pd.DataFrame([dict(row) for row in rows])
    days = [name for name in ("announced", "period_end", "date") if name in content]
    return content.astype(dict.fromkeys(days, "datetime64[s]"))


def compute(
    cap: np.ndarray | float = 1000.0, factor: float = 1.0, **tables: pd.DataFrame
) -> AccountingDescriptors:
    shape = (len(DATES), len(ASSETS))
    caps = np.broadcast_to(np.asarray(cap, dtype=float), shape).copy()
    return accounting_descriptors(
        DATES, ASSETS, tables, caps, np.full(shape, factor), RiskSettings()
    )


def path(name: str, **tables: Any) -> np.ndarray:
    """Asset A's values of a descriptor on the ten dates."""
    return compute(**tables).values[name][:, 0]


EXPECTED = {
    "BTOP": 90 / 0.18 / 1000,
    "ETOP": 2.0 * 50 / 1000,
    "CETOP": 0.5 * 90 / 1000,
    "EGRO": 0.3 / 1.15,
    "DTOA": 0.6,
    "BLEV": 2.5,
    "MLEV": 1 + 500 * 1.5 / 1000,
}


def test_a_report_gives_its_descriptors_from_its_announcement_on() -> None:
    result = compute(fundamentals=frame(REPORT))
    assert set(result.values) == set(EXPECTED)
    for name, expected in EXPECTED.items():
        values = result.values[name]
        assert np.isnan(values[:2, 0]).all(), name
        assert_allclose(values[2:, 0], expected, err_msg=name)
        assert np.isnan(values[:, 1]).all(), name
        assert sum(result.from_source[name].values()) == 8, name


def test_the_cap_of_the_day_divides_money_and_nothing_else() -> None:
    cap = np.full((10, 2), 1000.0)
    cap[5:] = 2000.0
    result = compute(cap, fundamentals=frame(REPORT)).values
    for name, expected in EXPECTED.items():
        later = {"MLEV": 1 + 750 / 2000, "EGRO": 0.3 / 1.15, "DTOA": 0.6, "BLEV": 2.5}
        assert_allclose(result[name][4, 0], expected)
        assert_allclose(result[name][5, 0], later.get(name, expected / 2))


@pytest.mark.parametrize("unknown", [np.nan, 0.0, np.inf])
def test_without_a_cap_there_is_no_value(unknown: float) -> None:
    cap = np.full((10, 2), 1000.0)
    cap[5] = unknown
    result = compute(cap, fundamentals=frame(REPORT)).values
    for name in EXPECTED:
        assert (
            np.isnan(result[name][:, 0]).tolist() == [True] * 2 + [False] * 3 + [True] + [False] * 4
        )


def test_the_period_s_end_is_not_the_day_on_which_it_is_known() -> None:
    """Joined by period_end, the second report would count from the first date on."""
    late = dict(REPORT, announced="2019-04-10", period_end="2019-03-31", debt_to_assets=0.7)
    values = path("DTOA", fundamentals=frame(REPORT, late))
    assert_array_equal(values, [np.nan] * 2 + [0.6] * 5 + [0.7] * 3)


def test_a_restatement_changes_no_day_before_its_own() -> None:
    restated = dict(REPORT, announced="2019-04-10", debt_to_assets=0.9, eps_ttm=1.0)
    before = compute(fundamentals=frame(REPORT))
    after = compute(fundamentals=frame(restated, REPORT))
    for name in EXPECTED:
        assert_array_equal(after.values[name][:7], before.values[name][:7])
    assert after.values["DTOA"][7, 0] == 0.9
    assert_allclose(after.values["ETOP"][7, 0], 0.05)


def test_reports_valuations_and_forecasts_expire() -> None:
    tables = {
        "fundamentals": frame(REPORT),
        "valuation": frame({"asset": "B", "date": "2019-04-03", "pb": 2.0}),
        "forecasts": frame({"asset": "A", "announced": "2019-04-03", "net_profit": 120.0}),
    }
    settings = RiskSettings(accounts_days=2, valuation_days=5, forecasts_days=7)
    grid = np.ones((10, 2))
    values = accounting_descriptors(DATES, ASSETS, tables, grid, grid, settings).values

    def last(name: str, asset: int) -> str:
        return str(DATES[~np.isnan(values[name][:, asset])][-1].astype("datetime64[D]"))

    assert last("DTOA", 0) == "2019-04-05"
    assert last("BTOP", 1) == "2019-04-08"
    assert last("EPIBS", 0) == "2019-04-10"


def test_a_ratio_is_undone_with_the_cap_of_its_own_day() -> None:
    cap = np.full((10, 2), 1000.0)
    cap[4:] = 4000.0  # from Friday 5 April on
    quotes = frame(
        {"asset": "A", "date": "2019-04-03", "pb": 2.0, "pe_ttm": 20.0},
        {"asset": "A", "date": "2019-04-06", "pb": 4.0, "pe_ttm": np.nan},  # a Saturday
    )
    result = compute(cap, valuation=quotes)
    book = np.array([np.nan, np.nan, 500, 500, 500, 1000, 1000, 1000, 1000, 1000])
    assert_allclose(result.values["BTOP"][:, 0], book / cap[:, 0])
    # pe_ttm is unknown for loss makers: the older one does not come back
    earnings = np.array([np.nan, np.nan, 50, 50, 50] + [np.nan] * 5)
    assert_allclose(result.values["ETOP"][:, 0], earnings / cap[:, 0])
    assert result.from_source["BTOP"] == {"valuation.pb at its own cap": 8}


def test_the_preferred_source_comes_first() -> None:
    second = dict(REPORT, asset="B", eps_ttm=np.nan)
    third = {"asset": "B", "date": "2019-04-02", "pb": 5.0, "pe_ttm": 10.0}
    result = compute(fundamentals=frame(REPORT, second), valuation=frame(third))
    assert_allclose(result.values["ETOP"][[1, 2], 1], [0.1, 0.09])
    assert result.from_source["ETOP"] == {
        "fundamentals.eps_ttm × total_shares": 8,
        "net_profit of the trailing year": 8,
        "valuation.pe_ttm at its own cap": 1,
    }
    assert_allclose(result.values["BTOP"][[1, 2], 1], [0.2, 0.2])
    assert_allclose(result.values["BTOP"][2, 0], 0.5)
    assert_allclose(result.values["MLEV"][2], [1.75, 1.3])


def test_growth_over_years_replaces_the_growth_of_one() -> None:
    years = [
        dict(REPORT, period_end=f"{2016 + k}-12-31", announced=day, net_profit=10.0 + k)
        for k, day in enumerate(["2019-04-01", "2019-04-03", "2019-04-08"])
    ]
    result = compute(fundamentals=frame(*years))
    assert_allclose(result.values["EGRO"][:, 0], [0.3 / 1.15] * 5 + [1 / 11] * 5)
    assert list(result.from_source["EGRO"].values()) == [5, 5]


def test_a_split_leaves_growth_as_it_is() -> None:
    years = [
        dict(REPORT, period_end=f"{2016 + k}-12-31", announced=day, revenue=60.0, total_shares=n)
        for k, (day, n) in enumerate(
            [("2019-04-01", 5.0), ("2019-04-03", 5.0), ("2019-04-08", 10.0)]
        )
    ]
    factor = np.ones((10, 2))
    factor[4] = np.nan  # no bar on the day before the split
    factor[5:] = 2.0
    result = accounting_descriptors(
        DATES, ASSETS, {"fundamentals": frame(*years)}, np.ones((10, 2)), factor, RiskSettings()
    )
    assert_array_equal(result.values["SGRO"][5:, 0], np.zeros(5))


@pytest.mark.parametrize("leverage", [0.0, -3.0])
def test_leverage_without_equity_is_blanked_and_counted(leverage: float) -> None:
    result = compute(fundamentals=frame(REPORT, dict(REPORT, asset="B", assets_to_equity=leverage)))
    assert np.isnan(result.values["BLEV"][:, 1]).all()
    assert np.isnan(result.values["MLEV"][:, 1]).all()
    blanked = "blanked: assets_to_equity ≤ 0"
    assert result.from_source["BLEV"] == {"fundamentals.assets_to_equity": 8, blanked: 8}
    assert result.from_source["MLEV"] == {"BTOP × (assets_to_equity − 1) + 1": 8, blanked: 8}


def test_a_negative_book_has_no_market_leverage() -> None:
    result = compute(fundamentals=frame(dict(REPORT, roe=-0.18)))
    assert_allclose(result.values["BTOP"][2, 0], -0.5)
    assert "MLEV" not in result.values
    assert result.from_source["MLEV"] == {"blanked: book ≤ 0": 8}


def test_losses_are_values() -> None:
    loss = dict(REPORT, eps_ttm=-2.0, net_profit=-90.0, roe=-0.18)
    result = compute(fundamentals=frame(loss)).values
    assert_allclose([result[name][2, 0] for name in ("ETOP", "CETOP", "BTOP")], [-0.1, -0.045, 0.5])


def test_forecasts_give_the_analysts_descriptors() -> None:
    result = compute(
        forecasts=frame(
            {"asset": "A", "announced": "2019-04-03", "net_profit": 80.0, "growth_long": 0.2},
            {"asset": "A", "announced": "2019-04-05", "net_profit": 90.0, "growth_short": -0.1},
        )
    )
    assert_allclose(result.values["EPIBS"][:5, 0], [np.nan, np.nan, 0.08, 0.08, 0.09])
    assert_array_equal(result.values["EGIBS"][:5, 0], [np.nan, np.nan, 0.2, 0.2, np.nan])
    assert_array_equal(result.values["EGIBS_s"][3:5, 0], [np.nan, -0.1])
    assert result.from_source["EPIBS"] == {"forecasts.net_profit": 8}


NEEDED = {
    "BTOP": {"net_profit", "roe"},
    "ETOP": {"eps_ttm", "total_shares"},
    "CETOP": {"operating_cash_to_net_profit", "net_profit"},
    "EGRO": {"eps_yoy"},
    "DTOA": {"debt_to_assets"},
    "BLEV": {"assets_to_equity"},
    "MLEV": {"assets_to_equity", "net_profit", "roe"},
}


@pytest.mark.parametrize("missing", sorted(set.union(*NEEDED.values())))
def test_a_column_may_be_missing(missing: str) -> None:
    table = frame(REPORT).drop(columns=missing)
    expected = {name for name, columns in NEEDED.items() if missing not in columns}
    if missing in ("eps_ttm", "total_shares"):
        expected.add("ETOP")  # from net_profit of the trailing year
    assert set(compute(fundamentals=table).values) == expected


def test_no_tables_no_descriptors() -> None:
    result = compute(assets=pd.DataFrame({"asset": ["A"]}))
    assert (result.values, result.from_source, result.unused_rows) == ({}, {}, {})


def test_rows_that_no_date_or_asset_can_use_are_counted() -> None:
    result = compute(
        fundamentals=frame(REPORT, dict(REPORT, asset="Z"), dict(REPORT, announced="2019-04-13")),
        valuation=frame({"asset": "A", "date": "2019-04-12", "pb": 1.0}),
    )
    assert result.unused_rows == {"fundamentals": 2, "valuation": 0}


@pytest.mark.parametrize("ratio", [0.0, np.inf, np.nan, 1e-320])
def test_no_value_is_infinite(ratio: float) -> None:
    quote = {"asset": "A", "date": "2019-04-03", "pb": ratio, "pe_ttm": ratio}
    result = compute(valuation=frame(quote, dict(quote, asset="B", pb=1.0, pe_ttm=1.0)))
    for values in result.values.values():
        assert np.isfinite(values[2:, 1]).all()
        assert np.isnan(values[:, 0]).all()


def test_arrays_must_fit() -> None:
    with pytest.raises(PanelError, match=r"adj_factor must be .* \(10, 2\), not \(2, 10\)"):
        accounting_descriptors(
            DATES, ASSETS, {}, np.ones((10, 2)), np.ones((2, 10)), RiskSettings()
        )


# --- a reader who opens the tables on each day ---------------------------------------------------


def on_a_day(
    asset: str,
    date: pd.Timestamp,
    tables: Tables,
    cap: pd.Series[float],
    factor: pd.Series[float],
    settings: RiskSettings,
) -> dict[str, float]:
    """All descriptors of an asset at a close, from what has been announced by then.

    ``cap`` and ``factor`` are the asset's own, by date.
    """
    found: dict[str, float] = {}
    today = cap[date]

    def last_known(series: pd.Series[float], day: pd.Timestamp) -> float:
        known = series[:day].dropna()
        return known.iloc[-1] if len(known) else np.nan

    def newest(table: str, lifetime: int) -> Mapping[str, Any]:
        if table not in tables:
            return {}
        rows = tables[table]
        rows = rows[(rows["asset"] == asset) & (rows[KNOWN[table]] <= date)]
        rows = rows.sort_values(KNOWN[table])
        if not len(rows) or (date - rows[KNOWN[table]].iloc[-1]).days > lifetime:
            return {}
        return rows.iloc[-1]

    quote = newest("valuation", settings.valuation_days)
    if len(quote):
        own = last_known(cap, quote["date"])
        found["BTOP"] = own / quote["pb"] / today
        found["quoted ETOP"] = own / quote["pe_ttm"] / today
    forecast = newest("forecasts", settings.forecasts_days)
    if len(forecast):
        found["EPIBS"] = forecast["net_profit"] / today
        found["EGIBS"], found["EGIBS_s"] = forecast["growth_long"], forecast["growth_short"]

    def factor_at(day: pd.Timestamp) -> float:
        known = last_known(factor, day)
        return factor.dropna().iloc[0] if np.isnan(known) else known

    reports = tables["fundamentals"]
    reports = reports[(reports["asset"] == asset) & (reports["announced"] <= date)].copy()
    if len(reports):
        on_accounts(found, reports, date, today, factor_at, settings)
    quoted = found.pop("quoted ETOP", np.nan)
    if math.isnan(found.get("ETOP", np.nan)):
        found["ETOP"] = quoted
    return {name: value for name, value in found.items() if not math.isnan(value * today)}


def on_accounts(
    found: dict[str, float],
    reports: pd.DataFrame,
    date: pd.Timestamp,
    today: float,
    factor: Any,
    settings: RiskSettings,
) -> None:
    """Add what an asset's reports say; all have been announced."""
    reports["factor"] = [factor(day) for day in reports["announced"]]
    reports["earnings"] = reports["eps_ttm"] * reports["total_shares"]
    reports["cash"] = reports["operating_cash_to_net_profit"] * reports["net_profit"]
    trusted = reports["roe"].where(reports["roe"].abs() >= 0.01)
    reports["book"] = reports["net_profit"] / trusted
    for name in ("revenue", "net_profit"):
        reports[f"{name} a share"] = reports[name] / reports["total_shares"] * reports["factor"]
    # `last` passes over empty cells: of each period, the latest that is known of each number
    ordered = reports.sort_values(["announced", "period_end"])
    periods = ordered.groupby(ordered["period_end"].dt.to_period("M")).last()
    now = periods.index[-1]
    report = periods.iloc[-1]

    annual = periods[periods.index.month == 12]
    growth = {"SGRO": np.nan, "EGRO": np.nan}
    if len(annual):
        window = annual[annual.index > annual.index[-1] - 12 * settings.growth_years]
        for name, column in (("SGRO", "revenue a share"), ("EGRO", "net_profit a share")):
            points = window[column].dropna()
            if len(points) >= settings.growth_min_years:
                slope = np.polyfit(points.index.year.to_numpy(float), points.to_numpy(), 1)[0]
                growth[name] = slope / points.abs().mean()
    trailing = {}
    for name in ("net_profit", "cash"):
        year_end, before = pd.Period(f"{now.year - 1}-12", "M"), now - 12
        if now.month == 12:
            trailing[name] = report[name]
        elif year_end in periods.index and before in periods.index:
            column = periods[name]
            trailing[name] = column[year_end] + report[name] - column[before]
        else:
            trailing[name] = np.nan

    if (date - report["announced"]).days > settings.accounts_days:
        return
    earnings = trailing["net_profit"] if np.isnan(report["earnings"]) else report["earnings"]
    found["ETOP"] = earnings / today
    found["CETOP"] = trailing["cash"] / today
    if math.isnan(found.get("BTOP", np.nan)):
        found["BTOP"] = report["book"] / today
    found["SGRO"] = growth["SGRO"]
    two_years = np.array([1.0, 1.0 + report["eps_yoy"]])
    fallback = (two_years[1] - two_years[0]) / np.abs(two_years).mean()
    found["EGRO"] = fallback if np.isnan(growth["EGRO"]) else growth["EGRO"]
    found["DTOA"] = report["debt_to_assets"]
    if report["assets_to_equity"] > 0:
        found["BLEV"] = report["assets_to_equity"]
        if found["BTOP"] > 0:
            found["MLEV"] = 1 + found["BTOP"] * today * (found["BLEV"] - 1) / today


def grids(bars: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Total cap as last known, and adj_factor; dates down, assets across."""
    wide = bars.astype({"asset": "str"}).pivot(index="date", columns="asset")
    return wide["total_cap"].ffill(), wide["adj_factor"]


def assert_as_read(
    tables: Tables, bars: pd.DataFrame, settings: RiskSettings, every: int
) -> dict[str, int]:
    """Compare every cell of each ``every``-th date; gives how many values were compared."""
    cap, factor = grids(bars)
    assets = cap.columns.to_numpy().astype(object)
    result = accounting_descriptors(
        cap.index.to_numpy(), assets, tables, cap.to_numpy(), factor.to_numpy(), settings
    )
    compared = dict.fromkeys(NAMES, 0)
    for row in range(len(cap) % every, len(cap), every):
        date = cap.index[row]
        for column, asset in enumerate(assets):
            expected = on_a_day(asset, date, tables, cap[asset], factor[asset], settings)
            for name in NAMES:
                value = expected.get(name, np.nan)
                cell = result.values.get(name, np.full(cap.shape, np.nan))[row, column]
                assert_allclose(
                    cell, value, rtol=1e-8, atol=1e-12, err_msg=f"{name} {asset} {date}"
                )
                compared[name] += not math.isnan(value)
    for name, counts in result.from_source.items():
        given = sum(count for words, count in counts.items() if not words.startswith("blanked"))
        assert given == np.isfinite(result.values.get(name, np.array([]))).sum(), name
    return compared


@pytest.fixture(scope="module")
def bars_and_tables() -> tuple[pd.DataFrame, Tables]:
    """A simulated market whose accounts come late, restated, out of order and with holes."""
    market = simulate_market(n_assets=14, n_days=1150, seed=5)
    random = np.random.default_rng(2)
    assert market.fundamentals is not None
    assert market.valuation is not None
    reports = market.fundamentals.copy()
    restated = reports.sample(frac=0.15, random_state=1)
    delay = pd.to_timedelta(random.integers(1, 250, len(restated)), unit="D")
    restated = restated.assign(announced=restated["announced"] + delay)
    late = reports.index[random.random(len(reports)) < 0.1]
    reports.loc[late, "announced"] += pd.Timedelta(days=150)
    reports = pd.concat([reports, restated], ignore_index=True)
    reports = reports[random.random(len(reports)) > 0.04]
    numbers = reports.columns[3:]
    scaled = reports[numbers] * random.uniform(0.8, 1.2, (len(reports), len(numbers)))
    reports[numbers] = scaled.mask(random.random(scaled.shape) < 0.08)
    negative = random.random(len(reports)) < 0.05
    reports["assets_to_equity"] = reports["assets_to_equity"].mask(negative, -2.0)
    quotes = market.valuation.sample(frac=0.08, random_state=3)
    quotes["pb"] = quotes["pb"].mask(random.random(len(quotes)) < 0.2)
    forecasts = quotes[["asset", "date"]].rename(columns={"date": "announced"})[::3]
    drawn = random.normal(0.1, 0.3, (len(forecasts), 3))
    forecasts[["net_profit", "growth_long", "growth_short"]] = np.where(drawn > -0.3, drawn, np.nan)
    tables = {"fundamentals": reports, "valuation": quotes, "forecasts": forecasts}
    return market.bars, tables


@pytest.mark.parametrize(
    "settings",
    [
        RiskSettings(),
        RiskSettings(
            accounts_days=100,
            valuation_days=20,
            forecasts_days=60,
            growth_years=3,
            growth_min_years=2,
        ),
    ],
    ids=["defaults", "short"],
)
def test_every_cell_is_what_a_reader_of_that_day_finds(
    bars_and_tables: tuple[pd.DataFrame, Tables], settings: RiskSettings
) -> None:
    bars, tables = bars_and_tables
    compared = assert_as_read(tables, bars, settings, every=60)
    assert all(count > 20 for count in compared.values()), compared


def test_nothing_depends_on_the_future(bars_and_tables: tuple[pd.DataFrame, Tables]) -> None:
    """Caps, factors and tables are cut at a date, or all that comes after is noise."""
    bars, tables = bars_and_tables
    cap, factor = grids(bars)
    panel = xr.Dataset(
        {"cap": (("date", "asset"), cap), "factor": (("date", "asset"), factor)},
        coords={"date": cap.index.to_numpy(), "asset": cap.columns.to_numpy().astype(object)},
    )

    def descriptors(panel: xr.Dataset, tables: Tables) -> xr.Dataset:
        shape = panel["cap"].shape
        found = accounting_descriptors(
            panel["date"].to_numpy(),
            panel["asset"].to_numpy(),
            tables,
            panel["cap"].to_numpy(),
            panel["factor"].to_numpy(),
            RiskSettings(),
        ).values
        grid = {name: found.get(name, np.full(shape, np.nan)) for name in NAMES}
        content = {name: (("date", "asset"), values) for name, values in grid.items()}
        return xr.Dataset(content, coords=panel.coords)

    def with_what_was_known(panel: xr.Dataset) -> xr.Dataset:
        end = panel["date"].to_numpy()[-1]
        known = {name: table[table[KNOWN[name]] <= end] for name, table in tables.items()}
        return descriptors(panel, known)

    cuts = (300, 700, 1100)
    assert_no_future(with_what_was_known, panel, cuts)
    assert_no_future(lambda panel: descriptors(panel, tables), panel, cuts)
    whole = descriptors(panel, tables)
    for cut in cuts:
        date = panel["date"].to_numpy()[cut]
        changed = {name: replaced_after(table, KNOWN[name], date) for name, table in tables.items()}
        past = {"date": slice(0, cut + 1)}
        xr.testing.assert_identical(descriptors(panel, changed).isel(past), whole.isel(past))


def replaced_after(table: pd.DataFrame, known: str, date: np.datetime64) -> pd.DataFrame:
    """A table with every number noise in the rows that become known after a date."""
    random = np.random.default_rng(7)
    table = table.copy()
    later = (table[known] > date).to_numpy()
    numbers = table.columns[table.dtypes == np.float64]
    table.loc[later, numbers] = random.normal(0, 50, (later.sum(), len(numbers)))
    return table


@pytest.mark.real
def test_every_cell_of_some_real_shares_is_what_a_reader_finds(real_data: Path) -> None:
    folder = real_data / "ashare"
    # A bank, names that split, a loss maker, two reports of one period, and some without accounts
    names = ["000001", "000651", "600018", "600399", "600519", "000002", "300750", "688981"]
    chosen = [("asset", "in", names)]
    bars = pq.read_table(
        folder / "bars.parquet",
        columns=["asset", "date", "total_cap", "adj_factor"],
        filters=chosen,
    ).to_pandas()
    bars["date"] = pd.to_datetime(bars["date"]).astype("datetime64[s]")
    tables = {}
    for name in ("fundamentals", "valuation"):
        table = pd.read_parquet(folder / f"{name}.parquet", filters=chosen)
        days = [column for column in ("announced", "period_end", "date") if column in table]
        tables[name] = table.astype(dict.fromkeys(days, "datetime64[s]"))
        numbers = table.columns[table.dtypes == np.float32]
        tables[name] = tables[name].astype(dict.fromkeys(numbers, "float64"))
    compared = assert_as_read(tables, bars, RiskSettings(), every=49)
    forecast = {name for name in NAMES if BY_NAME[name].needs == "forecasts"}
    assert all(count > 60 for name, count in compared.items() if name not in forecast), compared
