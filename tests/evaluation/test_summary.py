import numpy as np
import pandas as pd
import pytest

from deep_alpha.evaluation import ic_summary, offset_grid
from deep_alpha.evaluation.inference import newey_west_t, overlap_p_value


def daily(values):
    return pd.Series(values, index=pd.bdate_range("2020-01-01", periods=len(values)))


@pytest.mark.parametrize(
    ("mean", "sd", "printed"), [(6.00, 5.55, 1.08), (6.68, 5.96, 1.12), (8.08, 5.3, 1.52)]
)
def test_icir_is_not_annualised_as_in_table_5_1(mean, sd, printed):
    ic = daily(mean + sd / np.sqrt(2) * np.array([1, -1]))

    summary = ic_summary(ic, horizon=1)

    assert summary.sd == pytest.approx(sd)
    assert round(summary.icir, 2) == printed


def test_every_figure_of_a_small_series():
    ic = daily([0.1, -0.1, 0.2, 0.3, np.nan, 0.0, np.nan])
    names = daily([101, 101, 101, 101, 5, 26, 0])

    summary = ic_summary(ic, horizon=2, names=names)

    known = np.array([0.1, -0.1, 0.2, 0.3, 0.0])
    assert summary.mean == pytest.approx(0.1)
    assert summary.sd == pytest.approx(np.sqrt(0.1 / 4))
    assert summary.icir == pytest.approx(0.1 / np.sqrt(0.025))
    assert summary.naive_t == pytest.approx(summary.icir * np.sqrt(5))
    assert summary.hac_t == pytest.approx(newey_west_t(known, 1))
    assert summary.hac_p == pytest.approx(overlap_p_value(summary.hac_t, 5, 2))
    assert summary.hac_dof == 1.5
    assert (summary.n_days, summary.n_skipped) == (5, 2)
    assert summary.names == pytest.approx(86)
    assert summary.null_sd == pytest.approx((4 * 0.1 + 0.2) / 5)
    assert summary.hit_rate == pytest.approx(3 / 5)


def test_a_series_without_any_ic_is_all_nan_and_counted():
    summary = ic_summary(daily([np.nan] * 4), horizon=2)

    assert (summary.n_days, summary.n_skipped) == (0, 4)
    assert np.isnan([summary.mean, summary.sd, summary.icir, summary.hac_t, summary.hac_p]).all()
    assert np.isnan([summary.names, summary.null_sd, summary.hit_rate]).all()
    assert np.isnan(offset_grid(daily([np.nan] * 4), 2).icir)


def test_the_grid_takes_every_hth_day_at_every_offset():
    ic = daily([0.1, 0.5, 0.3, 0.7, 0.2, 0.9])

    grid = offset_grid(ic, 2)

    even, odd = np.array([0.1, 0.3, 0.2]), np.array([0.5, 0.7, 0.9])
    ratios = [x.mean() / x.std(ddof=1) for x in (even, odd)]
    assert grid.icir_by_offset == pytest.approx(ratios)
    assert grid.mean == pytest.approx((0.2 + 0.7) / 2)
    assert grid.sd == pytest.approx((even.std(ddof=1) + odd.std(ddof=1)) / 2)
    assert grid.icir == pytest.approx(np.mean(ratios))
    assert (grid.icir_min, grid.icir_max) == pytest.approx((2.0, 3.5))
    assert (grid.n_days, grid.n_skipped) == (6, 0)


def test_an_unknown_day_keeps_the_grid_in_step():
    """Dropping the day instead would shift all later days to another offset."""
    grid = offset_grid(daily([0.1, 0.5, np.nan, 0.7, 0.2, 0.9]), 2)

    even = np.array([0.1, 0.2])
    assert grid.icir_by_offset[0] == pytest.approx(even.mean() / even.std(ddof=1))
    assert (grid.n_days, grid.n_skipped) == (5, 1)


def test_offsets_with_too_few_days_are_left_out_of_the_means():
    grid = offset_grid(daily([0.1, 0.5, 0.3]), 2)

    assert np.isnan(grid.icir_by_offset[1])
    assert grid.icir == grid.icir_by_offset[0] == grid.icir_min == grid.icir_max
    assert grid.mean == pytest.approx(0.2)


def test_wrong_horizons_and_orders_are_refused():
    ic = daily([0.1, 0.2])

    with pytest.raises(ValueError, match=r"^horizon is 0 days: a label covers at least one day$"):
        ic_summary(ic, horizon=0)
    with pytest.raises(
        ValueError, match=r"^the IC series is not in time order: sort it by date first$"
    ):
        offset_grid(ic[::-1], 2)
