"""The day loop: names live through the calendar and leave their bars.

A name's fair value moves by country, industry, style and specific return every day, also
through suspensions. The traded close is the fair value unless a price limit is in the way;
then the rest is unfilled demand, which moves the price on the next days. Such momentum
exists only in names that closed at a limit or did not trade, and neither are eligible; at
every other close price and fair value are equal, and a null market is unpredictable.
"""

from __future__ import annotations

import numpy as np

from deep_alpha.market.simulation.alpha import BEHAVIOURS, AlphaState, crowd_behaviours
from deep_alpha.market.simulation.arrays import BoolArray, DateArray, FloatArray
from deep_alpha.market.simulation.behaviours import ChartState
from deep_alpha.market.simulation.draws import Component, autoregression, generator
from deep_alpha.market.simulation.events import Events
from deep_alpha.market.simulation.exposures import (
    MomentumState,
    slow_characteristics,
    style_exposures,
)
from deep_alpha.market.simulation.factors import STYLES, Shocks, make_shocks
from deep_alpha.market.simulation.history import PRICES, History, empty_history
from deep_alpha.market.simulation.names import CHINEXT_REFORM, Names
from deep_alpha.market.simulation.settings import SimulationSettings
from deep_alpha.market.simulation.trading import DayBars, VolumeState, limit_rates, trade

# share of a name's variance that factors bring, apart from the country's
_STYLE_AND_INDUSTRY_SHARE = 0.25
_FREE_DAYS_AFTER_REFORM = 5


class Exchange:
    """State of the market between two closes; ``run`` plays all days."""

    def __init__(
        self,
        settings: SimulationSettings,
        names: Names,
        events: Events,
        days: DateArray,
        book: FloatArray,
        earnings: FloatArray,
    ) -> None:
        """Prepare day 0; ``book`` and ``earnings`` are (date, asset), as announced."""
        n = settings.n_assets
        self._settings, self._names, self._events, self._days = settings, names, events, days
        self._book, self._earnings = book, earnings
        self._slow = slow_characteristics(settings, names)
        self._shocks: Shocks = make_shocks(settings, self._slow["volatility"])
        self._uniform = generator(settings.seed, Component.INTRADAY).random((len(days), 4, n))
        self._volume_noise = self._draw_volume_noise()
        self._industry = np.eye(settings.n_industries)[names.industry]

        self._close = names.traits["price"].copy()
        self._log_fair = np.log(self._close)
        self._adjustment = np.ones(n)
        self._shares = np.round(names.traits["total_cap"] / self._close / 100.0) * 100.0
        self._chart = ChartState(n)
        self._alpha = AlphaState(settings)
        self._momentum = MomentumState.begin(names)
        self._volume = VolumeState(n)
        self._behaviours = np.zeros((len(BEHAVIOURS), n))
        self._exposures = self._exposures_at(0)

    def run(self) -> History:
        """Play every day in order."""
        n_factors = 1 + self._settings.n_industries + len(STYLES)
        history = empty_history(len(self._days), self._settings.n_assets, n_factors)
        for t in range(len(self._days)):
            self._play(t, history)
        return history

    def _play(self, t: int, history: History) -> None:
        listed = self._events.listed[t]
        history.dividend_cash[t] = self._go_ex(t, listed)
        returns, factor_returns, specific = self._returns(t, listed)
        before = self._log_fair
        self._log_fair = before + np.where(listed, returns, 0.0)
        bars, volatility = self._trade(t, before)
        traded = listed & ~self._events.suspended[t]
        float_shares = np.round(self._shares * self._names.traits["float_share"] / 100.0) * 100.0
        turnover = self._turnover(t, before, volatility, bars)
        volume = np.maximum(np.round(turnover * float_shares / 100.0), 1.0) * 100.0

        for name in PRICES:
            history.prices[name][t] = np.where(traded, getattr(bars, name), np.nan)
        history.traded[t] = traded
        history.volume[t] = volume
        history.adjustment[t] = self._adjustment
        history.total_shares[t] = self._shares
        history.float_shares[t] = float_shares
        history.factor_returns[t] = factor_returns
        history.specific[t] = np.where(listed, specific, np.nan)

        self._close_day(t, listed, traded, bars, volume, returns)
        history.exposures[t] = np.where(listed, self._exposures, np.nan)
        history.behaviours[t] = np.where(listed, self._behaviours, np.nan)
        history.expected[t] = np.where(listed, self._alpha.expected, np.nan)
        history.oracle[t] = np.where(listed, self._alpha.oracle, np.nan)

    def _go_ex(self, t: int, listed: BoolArray) -> FloatArray:
        """Pay dividends, issue bonus shares; returns the cash paid, currency by name."""
        events = self._events
        # companies with a high price per share split more readily
        issues = events.bonus_draw[t] < np.where(self._close > 60.0, 0.6, 0.08)
        bonus = np.where(issues & listed, events.bonus[t], 0.0)
        per_share = np.round(np.where(listed, events.dividend_yield[t], 0.0) * self._close, 3)
        # nobody trades before the listing day: the first close must be a traded one
        past = t > self._names.listing_day
        bonus, per_share = np.where(past, bonus, 0.0), np.where(past, per_share, 0.0)
        cash = per_share * self._shares
        reference = (self._close - per_share) / (1.0 + bonus)
        self._adjustment = self._adjustment * self._close / reference
        self._shares = np.round(self._shares * (1.0 + bonus))
        self._close = reference
        return cash

    def _returns(self, t: int, listed: BoolArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        shocks = self._shocks
        weight = np.where(listed, self._close * self._shares, 0.0)
        by_industry = weight @ self._industry
        # the country factor is the cap-weighted market: industries average to zero
        industries = shocks.industries[t] - (
            (shocks.industries[t] * by_industry).sum() / max(float(by_industry.sum()), 1.0)
        )
        styles = shocks.styles[t]
        specific = self._alpha.expected + shocks.specific[t]
        common = (
            shocks.country[t]
            + industries[self._names.industry]
            + (styles[:, None] * self._exposures).sum(axis=0)
        )
        factor_returns = np.concatenate([shocks.country[t : t + 1], industries, styles])
        return common + specific, factor_returns, specific

    def _trade(self, t: int, before: FloatArray) -> tuple[DayBars, FloatArray]:
        names, log_adjustment = self._names, np.log(self._adjustment)
        age = t - names.listing_day
        free_days = np.where(
            (names.board == "star")
            | ((names.board == "chinext") & (names.list_date >= CHINEXT_REFORM)),
            _FREE_DAYS_AFTER_REFORM,
            1,
        )
        free = (names.listing_day > 0) & (age < free_days)
        rate = limit_rates(names, self._days[t], self._events.special_treatment[t], free)
        variance = (
            self._shocks.specific_volatility[t] ** 2 / (1.0 - _STYLE_AND_INDUSTRY_SHARE)
            + self._shocks.country_volatility[t] ** 2
        )
        volatility = np.sqrt(variance)
        uniform = self._uniform[t]
        # Box-Muller: two normal numbers for each pair of uniform ones
        radius = np.sqrt(-2.0 * np.log1p(-uniform[2]))
        angle = 2.0 * np.pi * uniform[3]
        bars = trade(
            start=before - log_adjustment,
            end=self._log_fair - log_adjustment,
            volatility=volatility,
            reference=self._close,
            rate=rate,
            normal=np.stack([radius * np.cos(angle), radius * np.sin(angle)]),
            uniform=uniform[:2],
        )
        return bars, volatility

    def _turnover(
        self, t: int, before: FloatArray, volatility: FloatArray, bars: DayBars
    ) -> FloatArray:
        level = np.log(self._settings.daily_turnover) + 0.5 * self._slow["liquidity"][t]
        surprise = np.abs(self._log_fair - before) / volatility
        return self._volume.update(surprise, level, self._volume_noise[t], bars.one_price)

    def _draw_volume_noise(self) -> FloatArray:
        seed, size = self._settings.seed, (len(self._days), self._settings.n_assets)
        market = generator(seed, Component.MARKET_VOLUME).standard_normal((size[0], 1))
        own = generator(seed, Component.VOLUME).standard_normal((size[0], 2, size[1]))
        # fashions last for weeks; the daily part is forgotten by the next day
        return (
            0.25 * autoregression(market, 0.97)
            + 0.35 * autoregression(own[:, 0], 0.95)
            + 0.25 * own[:, 1]
        )

    def _close_day(
        self,
        t: int,
        listed: BoolArray,
        traded: BoolArray,
        bars: DayBars,
        volume: FloatArray,
        returns: FloatArray,
    ) -> None:
        """Turn what the public has seen into tomorrow's exposures and expectations."""
        factor = self._adjustment
        chart = self._chart.update(
            traded,
            bars.open * factor,
            bars.high * factor,
            bars.low * factor,
            bars.close * factor,
            volume / factor,
        )
        self._behaviours = crowd_behaviours(chart)
        self._alpha.update(self._behaviours)
        self._close = np.where(traded, bars.close, self._close)
        self._momentum.update(np.where(listed, returns, 0.0))
        self._exposures = self._exposures_at(t)

    def _exposures_at(self, t: int) -> FloatArray:
        cap = self._close * self._shares
        return style_exposures(
            {name: values[t] for name, values in self._slow.items()},
            self._momentum.value,
            cap,
            self._book[t],
            self._earnings[t],
            self._events.listed[t],
        )
