import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import median_abs_deviation

from deep_alpha.factors import behavioural_factors, keep_rows, scale_day_rows, winsorise, zscore
from tests.no_future import assert_no_future


@pytest.fixture(scope="module")
def raw() -> np.ndarray:
    """Factors with heavy tails, gaps, events, a constant, an empty and a one-value day."""
    random = np.random.default_rng(0)
    raw = random.standard_t(2, (25, 40, 61)) * random.lognormal(size=(1, 40, 1))
    raw[random.random(raw.shape) < 0.04] = np.nan
    raw[:, 5] = 3.0 * (random.random((25, 61)) < 0.02)
    raw[3, 7] = 2.0
    raw[4, 8] = np.nan
    raw[5, 9, 3:] = np.nan
    return raw.astype(np.float32)


@pytest.fixture(scope="module")
def eligible() -> np.ndarray:
    eligible = np.random.default_rng(1).random((25, 61)) < 0.8
    eligible[7] = False
    eligible[8, 9:] = False
    return eligible


def test_winsorise_clips_at_five_scaled_deviations_of_the_universe(raw, eligible):
    clipped = winsorise(raw, eligible)
    for day, factor in [(0, 0), (12, 20), (5, 9)]:
        inside = raw[day, factor, eligible[day]].astype(float)
        reach = 5.0 * 1.4826 * median_abs_deviation(inside, nan_policy="omit")
        centre = np.nanmedian(inside)
        np.testing.assert_allclose(
            clipped[day, factor, eligible[day]], inside.clip(centre - reach, centre + reach)
        )
    assert np.isnan(clipped.transpose(0, 2, 1)[~eligible]).all()


def test_winsorise_leaves_a_factor_without_deviation_alone(raw, eligible):
    """An event that most assets do not have must not be clipped to a constant."""
    inside = np.where(eligible, raw[:, 5], np.nan)
    np.testing.assert_array_equal(winsorise(raw, eligible)[:, 5], inside)
    assert np.nanmax(inside) == 3.0


def test_winsorise_none_is_literal(raw, eligible):
    np.testing.assert_array_equal(
        winsorise(raw, eligible, "none"), np.where(eligible[:, None, :], raw, np.nan)
    )


def test_zscore_has_mean_0_and_population_deviation_1(raw, eligible):
    scores = zscore(raw, eligible)[0, 0]
    assert np.nanmean(scores) == pytest.approx(0.0, abs=1e-12)
    assert np.nanstd(scores) == pytest.approx(1.0)


def test_zscore_of_a_constant_is_0_and_of_nothing_is_missing(raw, eligible):
    scores = zscore(raw, eligible)
    assert (scores[3, 7, eligible[3] & ~np.isnan(raw[3, 7])] == 0.0).all()
    assert np.isnan(scores[4, 8]).all()


def test_the_order_of_the_array_in_memory_changes_nothing(raw, eligible):
    turned = np.asfortranarray(raw)
    for step in (winsorise, zscore):
        np.testing.assert_array_equal(step(turned, eligible), step(raw, eligible))


def test_rows_need_enough_factors_and_days_enough_assets(raw, eligible):
    kept = keep_rows(raw, eligible, 36)
    present = np.isfinite(raw).sum(axis=1)
    assert not kept[[7, 8]].any(), "days with fewer than ten assets"
    others = np.delete(np.arange(25), [7, 8])
    np.testing.assert_array_equal(kept[others], (eligible & (present >= 36))[others])
    assert 0 < kept.sum() < eligible[others].sum()


@pytest.mark.parametrize("winsor", ["mad5", "none"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_feature_table_is_the_steps_one_after_another(raw, eligible, winsor, dtype):
    raw = raw.astype(dtype)
    kept = keep_rows(raw, eligible, 36)
    steps = np.nan_to_num(zscore(winsorise(raw, kept, winsor), kept), nan=0.0)
    table = scale_day_rows(raw, eligible, 36, winsor=winsor)
    days, assets = np.nonzero(kept)
    np.testing.assert_array_equal(table.date_index, days)
    np.testing.assert_array_equal(table.asset_index, assets)
    assert table.rows.dtype == np.float32
    np.testing.assert_allclose(table.rows, steps.transpose(0, 2, 1)[kept], rtol=1e-5, atol=1e-6)


def test_a_median_of_an_even_and_an_odd_number_of_values_is_exact():
    """The clip bounds come from a search in the sorted column; compare with numpy's."""
    random = np.random.default_rng(3)
    for assets in range(10, 40):
        raw = np.round(random.standard_t(1, (4, 6, assets)), random.integers(0, 3))
        universe = np.ones((4, assets), dtype=bool)
        steps = zscore(winsorise(raw, universe), universe).transpose(0, 2, 1)
        rows = scale_day_rows(raw, universe, 0).rows
        np.testing.assert_allclose(rows, steps.reshape(rows.shape), rtol=1e-5, atol=1e-6)


def test_columns_choose_factors_without_a_copy_of_all(raw, eligible):
    columns = np.array([3, 0, 17])
    chosen = scale_day_rows(raw, eligible, 3, columns=columns)
    copied = scale_day_rows(raw[:, columns], eligible, 3)
    for left, right in zip(chosen, copied, strict=True):
        np.testing.assert_array_equal(left, right)


def test_a_memory_map_can_be_read_and_filled(raw, eligible, tmp_path):
    source = np.memmap(tmp_path / "raw", dtype=np.float32, mode="w+", shape=raw.shape)
    source[:] = raw
    kept = int(keep_rows(raw, eligible, 36).sum())
    out = np.memmap(tmp_path / "rows", dtype=np.float32, mode="w+", shape=(kept + 5, 40))
    table = scale_day_rows(source, eligible, 36, out=out)
    assert len(table.rows) == kept
    np.testing.assert_array_equal(out[:kept], scale_day_rows(raw, eligible, 36).rows)
    np.testing.assert_array_equal(out[kept:], 0.0)


def test_a_buffer_that_is_too_small_is_refused(raw, eligible):
    kept = int(keep_rows(raw, eligible, 36).sum())
    with pytest.raises(ValueError, match=r"^out must be ") as error:
        scale_day_rows(raw, eligible, 36, out=np.empty((kept - 1, 40), dtype=np.float32))
    assert str(error.value) == (
        f"out must be float32 with at least {kept} rows and exactly 40 columns, "
        f"not float32 of shape ({kept - 1}, 40)"
    )


def test_an_unknown_method_is_refused(raw, eligible):
    with pytest.raises(ValueError, match=r"^winsor must be 'mad5' or 'none', not 'mad3'$"):
        scale_day_rows(raw, eligible, 36, winsor="mad3")


def test_a_universe_of_another_shape_is_refused(raw, eligible):
    with pytest.raises(ValueError, match="of the same dates and assets, not"):
        scale_day_rows(raw, eligible[1:], 36)


def test_a_market_without_a_single_row_gives_an_empty_table(raw, eligible):
    table = scale_day_rows(raw, np.zeros_like(eligible), 36)
    assert table.rows.shape == (0, 40)


def scaled(panel: xr.Dataset) -> xr.DataArray:
    """The feature table of a panel, laid out on its grid again."""
    raw = behavioural_factors(panel)
    table = scale_day_rows(raw.to_numpy(), panel["close"].notnull().to_numpy(), 30)
    grid = np.full(raw.transpose("date", "asset", "factor").shape, np.nan, dtype=np.float32)
    grid[table.date_index, table.asset_index] = table.rows
    return raw.transpose("date", "asset", "factor").copy(data=grid)


def test_nothing_from_the_future(awkward_panel):
    assert_no_future(scaled, awkward_panel, cuts=[120, 250, 310])


@pytest.mark.real
def test_real_shares_give_a_finite_standardised_table(ashare_panel):
    raw = behavioural_factors(ashare_panel)
    table = scale_day_rows(raw.to_numpy(), ashare_panel["close"].notnull().to_numpy(), 40)
    assert len(table.rows) > 10_000
    assert np.isfinite(table.rows).all()
    means = pd.DataFrame(table.rows).groupby(table.date_index).mean()
    np.testing.assert_allclose(means, 0.0, atol=1e-5)
