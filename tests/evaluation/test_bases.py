"""Every basis against public functions and least squares on a small fitted market."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from deep_alpha.errors import PanelError
from deep_alpha.evaluation import joint_names, offset_grid, pearson_ic, rank_ic
from deep_alpha.evaluation.bases import BASES, half_year_end, signal_bases, size_bands
from deep_alpha.evaluation.label_book import LabelBook
from deep_alpha.factors.composite import composite_score
from deep_alpha.market import simulate_market
from deep_alpha.market.universe import UniversePolicy, buyable, eligible
from deep_alpha.panel import build_panel, raw_price
from deep_alpha.risk import five_factor_exposures
from deep_alpha.signals import wide_frame
from deep_alpha.targets import TargetSettings, target_return
from tests.risk.conftest import Fitted, fit

HORIZON = 5
FIGURES = ["rank_ic", "pearson_ic", "sd", "icir", "icir_min", "icir_max", "names", "days"]


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    market = simulate_market(n_assets=100, n_days=330, seed=11, suspensions_per_year=3.0)
    found = fit(build_panel(market.bars, market.assets), market.tables(), market)
    # One day in twenty is made to trade at its upper limit only, another to open there.
    drawn = np.random.default_rng(2).random(found.panel["close"].shape)
    limit = found.panel["limit_up_price"]
    limit = limit.where(drawn > 0.05, raw_price(found.panel, "low"))
    found.panel["limit_up_price"] = limit.where(drawn < 0.95, raw_price(found.panel, "open"))
    return found


@pytest.fixture(scope="module")
def dates(fitted) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(fitted.panel["date"].to_numpy())[120:]


@pytest.fixture(scope="module")
def book(fitted, dates) -> LabelBook:
    return LabelBook.of(fitted.panel, fitted.model, HORIZON, dates)


@pytest.fixture(scope="module")
def scores(fitted, dates) -> pd.DataFrame:
    """What nobody knows, plus noise: an IC on every basis; eligible names only."""
    ahead = target_return(fitted.panel, TargetSettings(horizon=HORIZON))
    noise = np.random.default_rng(0).normal(0, 0.05, ahead.shape)
    score = (ahead.fillna(0.0) + noise).where(eligible(fitted.panel, UniversePolicy()))
    return wide_frame(score).loc[dates]


@pytest.fixture(scope="module")
def rows(scores, book) -> pd.DataFrame:
    return signal_bases(scores, book)


def label(fitted, kind="raw", entry="close") -> pd.DataFrame:
    settings = TargetSettings(horizon=HORIZON, kind=kind, entry=entry)
    return wide_frame(target_return(fitted.panel, settings, fitted.model))


def assert_row(row, scores, returns):
    """A row's figures are those of the public IC functions on these frames."""
    ic = rank_ic(scores, returns)
    grid = offset_grid(ic, HORIZON)
    expected = {
        "rank_ic": ic.mean(),
        "pearson_ic": pearson_ic(scores, returns).mean(),
        "sd": grid.sd,
        "icir": grid.icir,
        "icir_min": grid.icir_min,
        "icir_max": grid.icir_max,
        "names": joint_names(scores, returns).mean(),
        "days": ic.notna().sum(),
    }
    assert row.to_dict() == pytest.approx(expected, rel=1e-9)


def test_the_table_holds_every_basis_for_the_signal_and_both_references(rows):
    assert list(rows.columns) == FIGURES
    for name in ("signal", "low_volatility", "random"):
        assert list(rows.loc[name].xs("all", level="period").index) == list(BASES)
    assert set(rows.index.get_level_values("period")) == {"all", "later"}


@pytest.mark.parametrize("kind", ["raw", "residual", "compound", "single"])
def test_close_entry_bases_are_plain_ic(rows, fitted, scores, kind):
    assert_row(rows.loc["signal", kind, "all"], scores, label(fitted, kind))


def test_tradable_is_from_the_next_vwap_on_names_that_can_be_bought(rows, fitted, scores):
    can_buy = wide_frame(buyable(fitted.panel, "vwap")).shift(-1, fill_value=False)
    returns = label(fitted, entry="next_vwap")
    assert_row(rows.loc["signal", "tradable", "all"], scores, returns.where(can_buy))
    refused = returns.loc[scores.index].notna() & ~can_buy.loc[scores.index] & scores.notna()
    assert refused.any(axis=None)  # the rule has something to do here


@pytest.mark.parametrize("name", ["five_factor", "cne5"])
def test_neutral_scores_are_residuals_of_least_squares(rows, fitted, scores, dates, name):
    if name == "cne5":
        styles = fitted.model.exposures["exposure"].transpose("date", "asset", "style")
        industry = fitted.model.exposures["industry"].to_numpy()
    else:
        styles = five_factor_exposures(fitted.panel)
        codes = np.unique(fitted.panel["industry"].to_numpy().astype(str), return_inverse=True)[1]
        industry = np.tile(codes, (len(styles), 1))
    pure = scores * np.nan
    for row, day in enumerate(range(120, 330)):
        own = scores.iloc[row].to_numpy()
        known = ~np.isnan(own) & np.isfinite(styles[day].to_numpy()).all(axis=1)
        known &= industry[day] >= 0
        dummies = pd.get_dummies(industry[day][known]).to_numpy(dtype=float)
        design = np.column_stack([dummies, styles[day].to_numpy()[known]])
        solved = np.linalg.lstsq(design, own[known], rcond=None)[0]
        pure.iloc[row, np.flatnonzero(known)] = np.round(own[known] - design @ solved, 12)
    assert_row(rows.loc["signal", name, "all"], pure, label(fitted))
    can_buy = wide_frame(buyable(fitted.panel, "vwap")).shift(-1, fill_value=False)
    residual = label(fitted, "single", "next_vwap").where(can_buy)
    assert_row(rows.loc["signal", f"{name}_tradable", "all"], pure, residual)


def test_a_known_style_has_an_ic_and_nothing_of_its_own(fitted, book, dates):
    size = fitted.model.exposures["exposure"].sel(style="SIZE", drop=True).astype(float)
    noise = size.copy(data=np.random.default_rng(1).normal(size=size.shape))
    known = size + 1e-7 * noise  # what single precision leaves of it says nothing
    table = signal_bases(wide_frame(known).loc[dates], book, references=False)
    assert table.loc["signal", "raw", "all"]["days"] > 200
    assert table.loc["signal", "cne5", "all"]["days"] == 0
    assert np.isnan(table.loc["signal", "cne5", "all"]["rank_ic"])
    pure = signal_bases(wide_frame(size + noise).loc[dates], book, references=False)
    assert pure.loc["signal", "cne5", "all"]["days"] > 200  # half a style is a signal still


def test_references_stand_on_the_names_of_the_signal(rows, fitted, book, scores):
    volatility = five_factor_exposures(fitted.panel).sel(style="volatility_20", drop=True)
    low = -wide_frame(volatility).loc[scores.index].where(scores.notna())
    for basis, returns in (("raw", label(fitted)), ("residual", label(fitted, "residual"))):
        assert_row(rows.loc["low_volatility", basis, "all"], low, returns)
    names = rows["names"].unstack("score")
    np.testing.assert_allclose(names["random"], names["signal"])
    np.testing.assert_allclose(
        names["low_volatility"].drop(["five_factor", "five_factor_tradable"], level="basis"),
        names["signal"].drop(["five_factor", "five_factor_tradable"], level="basis"),
        rtol=0.01,
    )
    assert rows.loc["low_volatility", "five_factor", "all"]["days"] == 0  # it is one of the five


def test_random_scores_are_seeded_and_know_nothing(rows, scores, book):
    again = signal_bases(scores, book)
    pd.testing.assert_frame_equal(rows, again)
    other = signal_bases(scores, book, seed=1)
    assert (
        other.loc["random", "raw", "all"]["rank_ic"] != rows.loc["random", "raw", "all"]["rank_ic"]
    )
    pd.testing.assert_frame_equal(rows.loc[["signal"]], other.loc[["signal"]])
    known = rows.loc["random"].xs("all", level="period")["rank_ic"].abs().dropna()
    assert known.max() < 0.05 < rows.loc["signal", "raw", "all"]["rank_ic"]


def test_later_leaves_out_the_first_half_year(book, fitted, scores):
    scores = scores[scores.index >= "2019-10-10"]
    later = scores[scores.index >= "2020-04-01"]
    assert later.index[0] == pd.Timestamp("2020-04-01")
    table = signal_bases(scores, book, references=False)
    assert_row(table.loc["signal", "raw", "later"], later, label(fitted))


@pytest.mark.parametrize(
    ("first", "end"), [("2019-01-02", "2019-07-01"), ("2020-09-30", "2021-03-01")]
)
def test_a_half_year_is_six_calendar_months(first, end):
    assert half_year_end(pd.DatetimeIndex([first, "2030-01-01"])) == pd.Timestamp(end)


def test_a_signal_of_fewer_dates_is_judged_on_those(scores, book, fitted):
    few = scores.iloc[40:90, ::-1]
    table = signal_bases(few, book, references=False)
    assert_row(table.loc["signal", "raw", "all"], few, label(fitted))
    assert set(table.index.get_level_values("period")) == {"all"}


def test_size_bands_split_the_scored_names():
    random = np.random.default_rng(0)
    cap = random.permuted(np.arange(1.0, 1001.0)[None].repeat(3, 0), axis=1)
    scores = np.ones((3, 1000))
    scores[1, cap[1] > 900] = np.nan  # the hundred largest are not scored
    scores[2, cap[2] > 250] = np.nan
    cap[0, 7] = np.nan
    bands = size_bands(scores, cap)
    counts = [[int(bands[name][day].sum()) for name in bands] for day in range(3)]
    assert counts == [[300, 350, 349], [300, 300, 300], [250, 0, 0]]
    assert cap[1][bands["largest_300"][1]].min() == 601
    assert cap[1][bands["middle"][1]].min() == 301
    assert cap[1][bands["small"][1]].max() == 300


def test_without_a_risk_model_its_bases_are_left_out(fitted, dates, scores):
    book = LabelBook.of(fitted.panel, None, HORIZON, dates)
    table = signal_bases(scores, book, references=False)
    assert list(table.loc["signal"].xs("all", level="period").index) == [
        "raw",
        "tradable",
        "five_factor",
        "largest_300",
        "middle",
        "small",
    ]


def test_what_the_book_does_not_know_is_refused(fitted, book, scores):
    with pytest.raises(PanelError, match="the asset Z999 is not in the label book"):
        signal_bases(scores.assign(Z999=1.0), book)
    with pytest.raises(PanelError, match="the date 2030-01-01"):
        signal_bases(scores.set_axis([*scores.index[:-1], pd.Timestamp("2030-01-01")]), book)
    with pytest.raises(PanelError, match="the panel has no 2030-01-01"):
        LabelBook.of(fitted.panel, None, HORIZON, pd.DatetimeIndex(["2030-01-01"]))


@pytest.mark.real
def test_half_of_a_composite_is_gone_when_it_is_neutral_and_traded(real_data):
    table = pq.read_table(real_data / "ashare" / "assets.parquet").to_pandas()
    every = sorted(table["asset"])
    bars = pq.read_table(
        real_data / "ashare" / "bars.parquet",
        filters=[
            ("asset", "in", every[:: len(every) // 200]),
            ("date", ">=", pd.Timestamp("2019-06-01")),
            ("date", "<=", pd.Timestamp("2020-06-30")),
        ],
    ).to_pandas()
    panel = build_panel(bars, table)
    score = wide_frame(composite_score(panel, eligible(panel, UniversePolicy()))).iloc[70:-12]
    book = LabelBook.of(panel, None, 10, score.index)
    ic = signal_bases(score, book, references=False).loc["signal"].xs("all", level="period")
    assert ic.loc["raw", "rank_ic"] > 0.04
    assert ic.loc["tradable", "rank_ic"] < ic.loc["raw", "rank_ic"]
    assert ic.loc["five_factor", "rank_ic"] < ic.loc["raw", "rank_ic"]
