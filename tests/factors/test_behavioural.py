import numpy as np
import pytest
import xarray as xr
from ta.momentum import RSIIndicator
from ta.trend import MACD
from ta.volatility import BollingerBands

from deep_alpha.errors import PanelError
from deep_alpha.factors import FACTOR_NAMES, behavioural_factors
from tests.factors.oracle import oracle
from tests.factors.panels import panel_of, random_panel
from tests.no_future import assert_no_future

RANKED = (5, 7, 9, 42, 43)
NEGATED_RANKED = (6, 10)


def row(factors: xr.DataArray, number: int) -> np.ndarray:
    """Row ``number`` of the paper's table, shape (dates, assets)."""
    return factors.isel(factor=number - 1).to_numpy()


def exact(panel: xr.Dataset) -> xr.DataArray:
    return behavioural_factors(panel, dtype=np.float64)


def one_asset(close, **fields) -> xr.Dataset:
    """A panel of one asset from lists over its days."""
    columns = {name: np.asarray(values, float)[:, None] for name, values in fields.items()}
    return panel_of(close=np.asarray(close, float)[:, None], **columns)


def assert_like_the_oracle(panel: xr.Dataset, *, scale_free: bool = False) -> None:
    expected = oracle(panel, scale_free)
    found = behavioural_factors(panel, scale_free=scale_free, dtype=np.float64)
    single = behavioural_factors(panel, scale_free=scale_free)
    assert found.dims == expected.dims == ("date", "factor", "asset")
    assert tuple(found["factor"].to_numpy()) == FACTOR_NAMES
    for name in FACTOR_NAMES:
        right, left = expected.sel(factor=name).to_numpy(), found.sel(factor=name).to_numpy()
        sizes = np.abs(right[np.isfinite(right) & (right != 0.0)])
        unit = np.median(sizes) if len(sizes) else 1.0
        np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-9 * unit, err_msg=name)
        np.testing.assert_array_equal(
            single.sel(factor=name).to_numpy(), left.astype(np.float32), err_msg=name
        )


def test_all_factors_are_those_of_the_pandas_oracle(awkward_panel):
    assert_like_the_oracle(awkward_panel)


def test_all_factors_are_those_of_the_oracle_on_more_assets_than_fit_one_block():
    assert_like_the_oracle(random_panel(dates=45, assets=300, seed=3))


@pytest.mark.real
def test_all_factors_are_those_of_the_oracle_on_real_shares(ashare_panel):
    assert_like_the_oracle(ashare_panel)


def test_macd_rsi_and_bands_are_those_of_ta(awkward_panel):
    factors = exact(awkward_panel)
    for asset in awkward_panel["asset"].to_numpy()[:7]:
        close = awkward_panel["close"].sel(asset=asset).to_pandas().dropna()
        mine = factors.sel(asset=asset, date=close.index.to_numpy())
        rsi = mine.sel(factor="alpha_rsi_vs_50").to_numpy() + 50.0
        bands = BollingerBands(close, window=20, window_dev=2)
        width = bands.bollinger_hband() - bands.bollinger_lband()
        np.testing.assert_allclose(rsi, RSIIndicator(close).rsi(), rtol=1e-9)
        np.testing.assert_allclose(
            mine.sel(factor="alpha_boll_bandwidth"), width, rtol=1e-9, atol=1e-9
        )
        np.testing.assert_allclose(
            mine.sel(factor="alpha_macd_rsi_product") / rsi, MACD(close).macd_diff(), atol=1e-9
        )


def test_event_open_down_compares_with_the_last_traded_day():
    opened = [10.0, 9.0, np.nan, 9.5, 9.5, 9.5 - 1e-12]
    panel = one_asset(close=[10, 10, np.nan, 10, 10, 10], open=opened)
    np.testing.assert_array_equal(row(exact(panel), 1)[:, 0], [np.nan, 1.0, np.nan, 0.0, 0.0, 0.0])


def test_close_near_low_is_large_when_the_close_is_near_the_low():
    factors = exact(panel_of(high=[[11.0, 11.0]], low=[[9.0, 9.0]], close=[[9.1, 10.9]]))
    np.testing.assert_allclose(row(factors, 3), [[1.9 / 2.001, 0.1 / 2.001]])


def test_momentum_rank_keeps_the_reversal_sign_of_the_paper():
    close = np.full((6, 3), 10.0)
    close[5] = [11.0, 10.5, 9.0]
    np.testing.assert_allclose(row(exact(panel_of(close=close)), 6)[5], [-1.0, -2 / 3, -1 / 3])


def test_rsi_bounce_is_negative_and_only_while_rsi_rises_below_30():
    fall = list(np.linspace(60, 40, 20))
    factors = exact(one_asset(close=[*fall, 40.2, 40.2, 39.0, 60.0]))
    rsi, bounce = row(factors, 34)[:, 0] + 50.0, row(factors, 35)[:, 0]
    assert np.isnan(bounce[:14]).all()
    assert np.isnan(rsi[:13]).all()
    assert rsi[13] == 0.0
    assert rsi[20] > rsi[19]
    np.testing.assert_array_equal(bounce[14:20], 0.0)
    assert bounce[20] == rsi[20] - 50.0 < -20.0
    assert list(bounce[21:]) == [0.0, 0.0, 0.0], "unchanged close, fall, and a jump above 30"
    assert rsi[23] > 30.0


def test_rsi_is_100_without_a_loss():
    np.testing.assert_array_equal(row(exact(one_asset(np.arange(1.0, 21.0))), 34)[13:], 50.0)
    np.testing.assert_array_equal(row(exact(one_asset(np.full(20, 3.3))), 34)[13:, 0], 50.0)


def test_macd_cross_is_the_day_the_histogram_turns_positive():
    close = [*np.linspace(30, 20, 45), *np.linspace(20, 30, 20)]
    factors = exact(one_asset(close))
    histogram = row(factors, 23)[:, 0] / 1000.0
    cross, strength = row(factors, 36)[:, 0], row(factors, 37)[:, 0]
    assert np.isnan(histogram[:33]).all()
    assert np.isnan(cross[:34]).all()
    days = np.flatnonzero(cross == 1.0)
    assert len(days) >= 1
    for day in days:
        assert histogram[day] > 0.0 >= histogram[day - 1]
        assert strength[day] == pytest.approx(histogram[day])
    np.testing.assert_array_equal(strength[34:][cross[34:] == 0.0], 0.0)


def test_boll_rebound_needs_a_close_below_yesterday_s_band_and_above_today_s():
    close = np.full(24, 20.0) + 0.1 * (-1.0) ** np.arange(24)
    close[21] = 15.0
    close[22] = 20.0
    factors = exact(one_asset(close))
    np.testing.assert_array_equal(row(factors, 41)[20:, 0], [0.0, 0.0, 1.0, 0.0])
    assert np.isnan(row(factors, 41)[:20]).all()
    assert row(factors, 40)[21, 0] == 0.0, "below the lower band"
    assert row(factors, 40)[22, 0] == 20.0


def test_volume_above_adv20_is_about_currency_not_shares():
    days = 21
    price = np.full(days, 10.0)
    volume = np.full(days, 100.0)
    price[20], volume[20] = 30.0, 90.0
    factors = exact(one_asset(price, volume=volume))
    assert np.isnan(row(factors, 44)[:19]).all()
    np.testing.assert_array_equal(row(factors, 44)[19:, 0], [0.0, 1.0])


def test_a_constant_price_gives_exact_zeros_not_rounding():
    """7.77 is not a binary fraction: running sums would leave noise that decides signs."""
    factors = exact(one_asset(np.full(230, 7.77)))
    last = factors.isel(date=-1, asset=0)
    for number in (2, 8, 13, 24, 25, 27, 29, 30, 33, 35, 36, 37, 38, 41, 44):
        assert last.isel(factor=number - 1) == 0.0, FACTOR_NAMES[number - 1]
    assert last.sel(factor="alpha_price_vs_boll") == 7.77


def test_prices_that_differ_by_rounding_only_are_equal():
    noise = 1.0 + 1e-15 * np.random.default_rng(0).normal(size=(230, 1))
    panel = panel_of(close=7.77 * noise, open=7.77 * noise[::-1], vwap=np.full((230, 1), 7.77))
    last = exact(panel).isel(date=-1, asset=0)
    for number in (1, 27, 35, 36, 37, 41, 44):
        assert last.isel(factor=number - 1) == 0.0, FACTOR_NAMES[number - 1]
    assert last.sel(factor="alpha_rsi_vs_50") == 50.0


def test_windows_count_traded_rows_so_a_suspension_changes_nothing_but_its_days():
    random = np.random.default_rng(1)
    price = 20 * np.exp(random.normal(0, 0.02, (260, 1)).cumsum(axis=0))
    fields = {"close": price, "open": price[::-1], "high": price + 1, "low": price - 1}
    panel = panel_of(**fields, volume=random.random((260, 1)))
    traded = np.sort(random.choice(300, 260, replace=False))
    gaps = np.delete(np.arange(300), traded)
    wide = panel_of(
        **{name: np.insert(panel[name], gaps - np.arange(40), np.nan, axis=0) for name in panel}
    )
    factors = exact(wide).to_numpy()
    np.testing.assert_array_equal(factors[traded], exact(panel).to_numpy())
    assert np.isnan(factors[gaps]).all()


def test_warm_up_days_of_each_factor():
    panel = panel_of(close=10 + np.random.default_rng(0).random((210, 1)).cumsum(axis=0))
    first = exact(panel).notnull().isel(asset=0).argmax("date").to_series()
    expected = dict.fromkeys(FACTOR_NAMES, 33)
    names = dict(enumerate(FACTOR_NAMES, start=1))
    expected |= {names[k]: 0 for k in (2, 3, 5, 9, 11)}
    expected |= {names[k]: 1 for k in (1, 8)}
    expected |= {names[k]: 4 for k in (12, 17)}
    expected |= {names[6]: 5, names[10]: 9}
    expected |= {names[k]: 13 for k in (15, 16, 19, 21, 32, 33, 34, 39)}
    expected |= {names[k]: 14 for k in (35, 42)}
    expected |= {names[38]: 16}
    expected |= {names[k]: 19 for k in (4, 29, 30, 40, 44)}
    expected |= {names[41]: 20, names[36]: 34, names[37]: 34, names[43]: 34}
    expected |= {names[7]: 199, names[18]: 199}
    assert first.to_dict() == expected


def test_missing_volume_blanks_its_factors_and_windows_only():
    volume = np.full(40, 100.0)
    volume[30] = np.nan
    factors = exact(one_asset(10 + 0.1 * np.sin(np.arange(40)), volume=volume))
    blank = {k: np.flatnonzero(np.isnan(row(factors, k)[34:, 0])) + 34 for k in range(1, 45)}
    assert list(np.flatnonzero(np.isnan(row(factors, 12)[5:, 0])) + 5) == [30, 31, 32, 33, 34]
    assert list(blank[44]) == list(range(34, 40))
    assert all(len(blank[k]) == 0 for k in blank if k not in (7, 12, 17, 18, 44))


def test_zero_volume_leaves_macd_per_volume_missing():
    close = 10 + np.sin(np.arange(40.0))
    volume = np.full(40, 100.0)
    volume[36] = 0.0
    found = row(exact(one_asset(close, volume=volume)), 14)[33:, 0]
    assert list(np.isnan(found)) == [False, False, False, True, False, False, False]


@pytest.mark.parametrize("number", RANKED + NEGATED_RANKED)
def test_ranks_lie_in_0_1_and_average_to_their_mean(awkward_panel, number):
    ranks = row(exact(awkward_panel), number) * (-1.0 if number in NEGATED_RANKED else 1.0)
    counts = np.isfinite(ranks).sum(axis=1)
    present = ranks[np.isfinite(ranks)]
    assert present.min() > 0.0
    assert present.max() <= 1.0
    days = counts > 0
    np.testing.assert_allclose(
        np.nanmean(ranks[days], axis=1), (counts[days] + 1) / (2 * counts[days])
    )


def test_identical_assets_have_identical_ranks(awkward_panel):
    factors = exact(awkward_panel)
    np.testing.assert_array_equal(factors[:, :, 7], factors[:, :, 8])


def test_nothing_from_the_future(awkward_panel):
    assert_no_future(behavioural_factors, awkward_panel, cuts=[100, 211, 260, 318])


@pytest.mark.real
def test_nothing_from_the_future_on_real_shares(ashare_panel):
    assert_no_future(exact, ashare_panel, cuts=[350, 601])


def test_threads_change_no_bit():
    panel = random_panel(dates=90, assets=600, seed=2)
    np.testing.assert_array_equal(
        behavioural_factors(panel, threads=3).to_numpy(), behavioural_factors(panel).to_numpy()
    )


def test_a_result_buffer_is_filled_in_place(awkward_panel):
    out = np.full((320, 44, 24), 5.0, dtype=np.float32)
    result = behavioural_factors(awkward_panel, out=out)
    assert np.shares_memory(result.to_numpy(), out)
    np.testing.assert_array_equal(out, behavioural_factors(awkward_panel).to_numpy())


def test_a_result_buffer_of_another_shape_is_refused(awkward_panel):
    with pytest.raises(PanelError) as error:
        behavioural_factors(awkward_panel, out=np.empty((320, 43, 24)))
    assert str(error.value) == (
        "out must be a C-contiguous array of shape (320, 44, 24), not one of shape (320, 43, 24)"
    )


def test_another_result_type_is_refused(awkward_panel):
    with pytest.raises(ValueError, match=r"^dtype must be float32 or float64, not float16$"):
        behavioural_factors(awkward_panel, dtype=np.float16)


def test_a_missing_variable_is_named(awkward_panel):
    with pytest.raises(PanelError) as error:
        behavioural_factors(awkward_panel.drop_vars("vwap"))
    assert str(error.value) == (
        "the panel has no variable 'vwap', which the behavioural factors need; "
        "build it with deep_alpha.panel.build_panel"
    )


def test_the_panel_is_left_as_it_was(awkward_panel):
    before = awkward_panel.copy(deep=True)
    behavioural_factors(awkward_panel)
    assert awkward_panel.identical(before)
