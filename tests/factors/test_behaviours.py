"""The four behavioural indicators: by hand, against pandas, and nothing from the future."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from pydantic import ValidationError
from ta.momentum import RSIIndicator

from deep_alpha.errors import PanelError
from deep_alpha.factors import behavioural_factors
from deep_alpha.factors.behaviours import INDICATORS, BehaviourSettings, behaviour_indicators
from deep_alpha.kernels.indicators import wilder_rsi
from tests.factors.oracle import below
from tests.factors.panels import panel_of, random_panel
from tests.no_future import assert_no_future

DEFAULTS = BehaviourSettings()


def indicators(panel: xr.Dataset, **settings: object) -> xr.DataArray:
    return behaviour_indicators(panel, BehaviourSettings.model_validate(settings))


def one_name(close, volume, high=None, low=None, **settings) -> dict[str, float]:
    """The indicators of a single name on its last day."""
    close = np.asarray(close, dtype=float)
    fields = {
        "close": close,
        "volume": np.asarray(volume, dtype=float),
        "high": close if high is None else np.asarray(high, dtype=float),
        "low": close if low is None else np.asarray(low, dtype=float),
    }
    panel = panel_of(**{name: values[:, None] for name, values in fields.items()})
    last = indicators(panel, **settings).isel(date=-1, asset=0)
    return {name: float(last.sel(indicator=name)) for name in INDICATORS}


def zigzag(days: int) -> np.ndarray:
    """A price that goes nowhere, its RSI near 50."""
    return 20.0 + 0.2 * (np.arange(days) % 2)


def steps(start: float, *returns: float) -> np.ndarray:
    return start * np.cumprod(1.0 + np.array(returns))


# --- examples ----------------------------------------------------------------------------------

CHASED = np.append(zigzag(30), steps(20.2, 0.01, 0.01, -0.002, 0.01, 0.01))
CROWDED = np.append(np.full(30, 1000.0), np.full(5, 1500.0))  # 1,500 over a mean of 1,125


def test_a_rise_with_rising_rsi_on_expanding_volume_is_a_chase():
    assert one_name(CHASED, CROWDED)["b1_chase"] == 1.0


@pytest.mark.parametrize(
    ("close", "volume", "settings"),
    [
        (CHASED, CROWDED, {"chase_up_closes": 5}),
        (CHASED, CROWDED, {"chase_rsi": 99}),
        (CHASED, CROWDED, {"chase_expansion": 1.4}),
        (CHASED, np.full(35, 1000.0), {}),
        (np.append(zigzag(30), steps(20.2, 0.03, 0.03, -0.02, 0.001, 0.001)), CROWDED, {}),
        (np.append(zigzag(30), steps(20.2, 0.01, 0.01, -0.05, 0.01, 0.01)), CROWDED, {}),
    ],
    ids=["up closes", "RSI", "expansion", "flat volume", "RSI no longer rises", "lower"],
)
def test_a_chase_needs_all_of_its_conditions(close, volume, settings):
    assert one_name(close, volume, **settings)["b1_chase"] == 0.0


CRASHED = np.append(zigzag(30), 18.0)
SOLD = np.append(np.full(30, 1000.0), 2000.0)
CRASH_HIGH = np.append(zigzag(30), 20.0)
CRASH_LOW = np.append(zigzag(30), 17.9)


def test_a_fall_of_more_than_two_deviations_on_volume_to_the_low_is_a_panic():
    assert one_name(CRASHED, SOLD, CRASH_HIGH, CRASH_LOW)["b2_panic"] == 1.0


@pytest.mark.parametrize(
    ("volume", "low", "settings"),
    [
        (SOLD, CRASH_LOW, {"panic_deviations": 4.4}),
        (SOLD, CRASH_LOW, {"panic_volume": 1.91}),
        (SOLD, CRASH_LOW, {"panic_near_low": 0.96}),
        (np.full(31, 1000.0), CRASH_LOW, {}),
        (SOLD, np.append(zigzag(30), 16.0), {}),
    ],
    ids=["deviations", "volume", "near low", "flat volume", "far from the low"],
)
def test_a_panic_needs_all_of_its_conditions(volume, low, settings):
    assert one_name(CRASHED, volume, CRASH_HIGH, low, **settings)["b2_panic"] == 0.0


@pytest.mark.parametrize(
    ("move", "volume", "sign"),
    [(0.02, 500.0, 1.0), (-0.02, 1500.0, -1.0), (0.02, 1500.0, 0.0), (-0.02, 500.0, 0.0)],
    ids=["up on falling", "down on rising", "up on rising", "down on falling"],
)
def test_a_divergence_is_a_move_against_its_volume(move, volume, sign):
    close = np.append(zigzag(30), steps(20.2, *[move] * 5))
    volumes = np.append(np.full(30, 1000.0), np.full(5, volume))
    assert one_name(close, volumes)["b3_divergence"] == sign
    assert one_name(close, volumes, divergence_deviations=4)["b3_divergence"] == 0.0


FALLEN = np.append(zigzag(30), steps(20.2, *[-0.03] * 6, 0.02))
MILD = np.append(np.full(36, 1000.0), 1500.0)


def test_a_mild_rise_after_oversold_days_is_a_bottom():
    assert one_name(FALLEN, MILD)["b4_bottom"] == 1.0


@pytest.mark.parametrize(
    ("close", "volume", "settings"),
    [
        (FALLEN, MILD, {"bottom_fall": -0.2}),
        (FALLEN, MILD, {"bottom_volume": (1.0, 1.4)}),
        (FALLEN, np.append(np.full(36, 1000.0), 900.0), {}),
        (np.append(FALLEN[:-1], FALLEN[-2] * 0.99), MILD, {}),
        (np.append(zigzag(30), steps(20.2, -0.005, -0.005)), np.full(32, 1000.0), {}),
    ],
    ids=["fall", "too much volume", "too little", "no rise", "never oversold"],
)
def test_a_bottom_needs_all_of_its_conditions(close, volume, settings):
    assert one_name(close, volume, **settings)["b4_bottom"] == 0.0


def test_a_bottom_remembers_an_oversold_day_for_its_window_only():
    """The last close below the band is seven rows before the end."""
    quiet = np.append(zigzag(30), steps(20.2, *[-0.05] * 4, *[0.001, -0.0005] * 4, 0.001))
    volume = np.append(np.full(len(quiet) - 1, 1000.0), 1500.0)
    assert one_name(quiet, volume, bottom_rsi=0, bottom_days=8)["b4_bottom"] == 1.0
    assert one_name(quiet, volume, bottom_rsi=0, bottom_days=7)["b4_bottom"] == 0.0
    assert one_name(quiet, volume, bottom_rsi=30, bottom_days=7)["b4_bottom"] == 1.0


# --- traps -------------------------------------------------------------------------------------


def test_a_resting_price_is_nothing_whatever_rounding_says():
    """0.1 + 0.2 style noise of an adjusted price, and volume that is exactly its own mean."""
    close = np.full(60, 7.77) * (1 + 1e-15 * np.random.default_rng(0).integers(-3, 4, 60))
    volume = np.full(60, 1e5 / 3)
    panel = panel_of(close=close[:, None], volume=volume[:, None])
    known = indicators(
        panel, chase_up_closes=1, chase_rsi=0, chase_expansion=0, bottom_fall=0.0
    ).to_numpy()[40:]
    assert (known == 0.0).all()


def test_rsi_is_that_of_the_factors(awkward_panel):
    """Adjusting a price leaves rounding in it: a resting price still has no loss."""
    restless = awkward_panel.copy(deep=True)
    restless["close"][:, 1] *= 1 + 1e-15 * (np.arange(320) % 3)
    factors = behavioural_factors(restless, dtype=np.float64)
    expected = factors.sel(factor="alpha_rsi_vs_50").to_numpy() + 50.0
    close = restless["close"].to_numpy()
    for asset in range(close.shape[1]):
        own = close[~np.isnan(close[:, asset]), asset]
        rsi = np.empty(len(own))
        wilder_rsi(own, rsi)
        np.testing.assert_allclose(rsi, expected[~np.isnan(close[:, asset]), asset], atol=1e-9)


def test_there_is_no_indicator_until_its_windows_are_full():
    """20 volumes; for σ20 one close more; and for a bottom ten days of it."""
    values = behaviour_indicators(random_panel().isel(asset=[7]), DEFAULTS).to_numpy()[:, :, 0]
    first = [int(np.isfinite(values[:, k]).argmax()) for k in range(4)]
    assert first == [19, 20, 20, 29]
    for k, begin in enumerate(first):
        assert np.isfinite(values[begin:, k]).all()


def test_a_missing_volume_is_no_zero():
    close = np.append(CHASED, CHASED[-1] * 1.01)
    volume = np.append(CROWDED, 1500.0)
    assert one_name(close, volume)["b1_chase"] == 1.0
    volume[-10] = np.nan
    assert all(np.isnan(value) for value in one_name(close, volume).values())


def test_windows_run_over_traded_rows():
    gap = np.full(7, np.nan)
    close, volume = np.insert(CHASED, 32, gap), np.insert(CROWDED, 32, gap)
    assert one_name(close, volume) == one_name(CHASED, CROWDED)
    assert all(
        np.isnan(value)
        for value in one_name(np.append(CHASED, np.nan), np.append(CROWDED, 0.0)).values()
    )


def test_a_missing_variable_is_named():
    with pytest.raises(PanelError) as refusal:
        behaviour_indicators(random_panel().drop_vars("high"), DEFAULTS)
    assert str(refusal.value) == (
        "the panel has no variable 'high', which the behavioural indicators need; "
        "build it with deep_alpha.panel.build_panel"
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"bottom_volume": (2.0, 1.0)}, "bottom_volume 2.0, 1.0 must rise"),
        ({"divergence_contraction": 1.2}, "must not exceed divergence_expansion 1.1"),
        ({"bottom_fall": 0.1}, "less than or equal to 0"),
        ({"chase_rsj": 55}, "Extra inputs"),
    ],
)
def test_impossible_thresholds_are_refused(settings, message):
    with pytest.raises(ValidationError, match=message):
        BehaviourSettings.model_validate(settings)


# --- the oracle --------------------------------------------------------------------------------


def over(window: pd.Series, days: int, function) -> pd.Series:
    """A window computed from its own members only, unlike pandas' running sums."""
    return window.rolling(days).apply(lambda values: getattr(values, function)(), raw=False)


def oracle_of(frame: pd.DataFrame, s: BehaviourSettings) -> pd.DataFrame:
    """SPEC 1.3 for one asset, over its traded rows; a product with NaN is NaN."""
    c, v, h, low = (frame[name] for name in ("close", "volume", "high", "low"))
    zero = c * 0.0
    rsi = RSIIndicator(c, window=14).rsi()
    r1, r5, r20 = (c / c.shift(days) - 1.0 for days in (1, 5, 20))
    sigma = over(r1, 20, "std")
    vr, expansion = v / v.rolling(20).mean(), v.rolling(5).mean() / v.rolling(20).mean()
    row3 = (h - c) / (h - low + 0.001)
    lower = c.rolling(20).mean() - 2.0 * c.rolling(20).apply(lambda w: w.std(ddof=0), raw=False)
    ups = sum(below(c.shift(age + 1), c.shift(age)) for age in range(5))
    chase = (
        below(zero, r5)
        * (ups >= s.chase_up_closes).astype(float)
        * below(rsi.shift(3), rsi)
        * below(zero + s.chase_rsi, rsi)
        * below(zero + s.chase_expansion, expansion)
    )
    panic = (
        below(r1, -s.panic_deviations * sigma)
        * below(zero + s.panic_volume, vr)
        * below(zero + s.panic_near_low, row3)
    )
    move = s.divergence_deviations * sigma * np.sqrt(5)
    divergence = below(move, r5) * below(expansion, zero + s.divergence_contraction)
    divergence -= below(r5, -move) * below(zero + s.divergence_expansion, expansion)
    weak = pd.concat([below(rsi, zero + s.bottom_rsi), below(c, lower), panic], axis=1)
    oversold = weak.max(axis=1, skipna=False).rolling(s.bottom_days).max()
    bottom = (
        oversold
        * below(r20, zero + s.bottom_fall)
        * below(c.shift(1), c)
        * below(rsi.shift(1), rsi)
        * below(zero + s.bottom_volume[0], vr)
        * below(vr, zero + s.bottom_volume[1])
    )
    return pd.DataFrame(dict(zip(INDICATORS, (chase, panic, divergence, bottom), strict=True)))


def oracle(panel: xr.Dataset, settings: BehaviourSettings) -> np.ndarray:
    values = np.full((panel.sizes["date"], 4, panel.sizes["asset"]), np.nan)
    for position, asset in enumerate(panel["asset"].to_numpy()):
        own = panel.sel(asset=asset).to_dataframe()[["close", "volume", "high", "low"]]
        traded = own["close"].notna().to_numpy()
        if traded.any():
            values[traded, :, position] = oracle_of(own[traded].astype(float), settings)
    return values


def assert_like_the_oracle(panel: xr.Dataset, settings: BehaviourSettings) -> np.ndarray:
    found = behaviour_indicators(panel, settings)
    assert found.dims == ("date", "indicator", "asset")
    assert found.dtype == np.float32
    assert found.get_index("indicator").tolist() == list(INDICATORS)
    np.testing.assert_array_equal(found.to_numpy(), oracle(panel, settings))
    return found.to_numpy()


def counts(values: np.ndarray) -> list[int]:
    signs = [values[:, 0] == 1, values[:, 1] == 1, values[:, 2] == 1, values[:, 2] == -1]
    return [int(np.count_nonzero(sign)) for sign in [*signs, values[:, 3] == 1]]


def test_all_indicators_match_pandas(awkward_panel):
    assert min(counts(assert_like_the_oracle(awkward_panel, DEFAULTS))) >= 5


def test_every_threshold_matches_pandas(awkward_panel):
    other = BehaviourSettings(
        chase_up_closes=2,
        chase_rsi=50.0,
        chase_expansion=0.9,
        panic_deviations=1.0,
        panic_volume=0.8,
        panic_near_low=0.4,
        divergence_deviations=0.2,
        divergence_contraction=1.0,
        divergence_expansion=1.05,
        bottom_days=4,
        bottom_rsi=40.0,
        bottom_fall=-0.02,
        bottom_volume=(0.5, 3.0),
    )
    assert min(counts(assert_like_the_oracle(awkward_panel, other))) > 50


@pytest.mark.real
def test_all_indicators_match_pandas_on_real_prices(ashare_panel):
    found = assert_like_the_oracle(ashare_panel.isel(asset=slice(0, 40, 4)), DEFAULTS)
    assert min(counts(found)) > 5


def test_nothing_comes_from_the_future(awkward_panel):
    assert_no_future(lambda panel: behaviour_indicators(panel, DEFAULTS), awkward_panel)


@pytest.mark.real
def test_nothing_comes_from_the_future_of_real_prices(ashare_panel):
    assert_no_future(
        lambda panel: behaviour_indicators(panel, DEFAULTS), ashare_panel, cuts=(100, 650)
    )
