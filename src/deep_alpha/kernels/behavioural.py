"""The 44 behavioural factors in one forward sweep over the panel (SPEC 1.1 and 1.2).

The sweep takes a few days (a *tile*) at a time, each in two passes while the data is
still in the processor's cache:

1. :func:`advance` walks blocks of 256 assets over the tile's days. It keeps, for each
   asset, its last traded rows and its recursive averages, writes the factors that need
   no rank, and leaves the values to be ranked in a small buffer.
2. The host sorts the packed keys; :func:`finish` turns them into ranks, day by day, and
   writes the factors that are made of ranks.

Nothing but an asset's own past enters pass 1 and nothing but the day's cross-section
enters pass 2, so that a longer panel can not change an earlier value by a single bit.

Windows count traded rows (SPEC 0.1e): on a day without a close an asset's rows are moved
up by one place, so that the last row is always its last traded one, and all of its
factors are NaN. A window that is not full yet still holds a NaN, which is what makes
every factor NaN during its warm-up.
"""

import numpy as np
from numba import njit

from deep_alpha.kernels.ranking import average_ranks, below, known, pack_keys, tied, unpack_order

LANES = 256
"""Assets walked together: the inner loops run over them and use vector instructions."""

HISTORY = 19
"""Traded rows kept before the tile's first day: a window of 20 includes today."""

LONG_WINDOW = 200

# Rows of ``recent``: series of which a factor needs earlier traded rows.
CLOSE, DOLLARS, VOLUME, OPEN, RSI, HISTOGRAM, LOWER_BAND = range(7)
RECENT_SERIES = 7
_EARLIER_ROWS = np.array([19, 19, 4, 1, 3, 1, 1])

# Rows of ``smooth``: recursive averages and the 200-row sum of close minus its anchor.
FAST, SLOW, SIGNAL, GAIN, LOSS, LONG_SUM, LONG_ANCHOR = range(7)
SMOOTH_SERIES = 7

# Rows of ``ranked``: the values that are ranked across assets. The first nine are sorted;
# the two event series are zero but for a few assets and borrow an order from the others.
(
    TO_MEAN_5,
    TO_MEAN_20,
    TO_VWAP,
    MOMENTUM_5,
    MEAN_200_TO_CLOSE,
    RANGE_POSITION,
    DEVIATION_10,
    RANKED_HISTOGRAM,
    RANKED_RSI,
    BOUNCE,
    CROSS_STRENGTH,
) = range(11)
SORTED_SERIES = 9
RANKED_SERIES = 11

# A block's results of one day: row k is factor k + 1, except that rows of ranked factors
# hold the value to be ranked; three more rows hold values that are no factor themselves.
_TO_MEAN_20_ROW, _HISTOGRAM_ROW, _RSI_ROW = 44, 45, 46
_RESULT_ROWS = 47
_RANKED_FACTORS = (4, 5, 6, 7, 9, 10, 16, 18, 19, 20, 22, 26, 31, 32, 42, 43)
_UNRANKED_ROWS = np.array([row for row in range(44) if row + 1 not in _RANKED_FACTORS])
_RANKED_ROWS = np.array([3, _TO_MEAN_20_ROW, 4, 5, 6, 8, 9, _HISTOGRAM_ROW, _RSI_ROW, 34, 36])

# What keeps a division from a spread of zero, in currency (rows of ``_write_candles``'s
# ``least``): of the day's range, of the Bollinger band. Scale-free, both are a fraction of
# the close.
_LEAST_RANGE, _LEAST_BAND = 0.001, 1e-6
_LEAST_FRACTION = 1e-6
# Results in currency, before anything is made of them; and the one written with the events.
_CANDLE_CURRENCY_ROWS = np.array([3, 4, 5, 6, 7, 9, 28, _TO_MEAN_20_ROW])
_EVENT_CURRENCY_ROWS = np.array([39])


@njit(cache=True, nogil=True, error_model="numpy")
def _copy(source, target):  # type: ignore[no-untyped-def]
    """Copy with a change of type. A loop over whole slices is one the compiler vectorises."""
    for lane in range(source.size):
        target[lane] = source[lane]


@njit(cache=True, nogil=True, error_model="numpy")
def _push_rows(recent, row, prices, volume):  # type: ignore[no-untyped-def]
    """Add today's row; assets that do not trade keep their last traded rows instead."""
    _copy(prices[3], recent[CLOSE, row])
    _copy(prices[0], recent[OPEN, row])
    _copy(volume, recent[VOLUME, row])
    for lane in range(LANES):
        recent[DOLLARS, row, lane] = volume[lane] * prices[4, lane]
    recent[RSI, row] = np.nan
    recent[HISTOGRAM, row] = np.nan
    for lane in range(LANES):
        listed = recent[CLOSE, row - 1, lane] == recent[CLOSE, row - 1, lane]
        if listed and prices[3, lane] != prices[3, lane]:
            for series in range(RECENT_SERIES):
                for age in range(_EARLIER_ROWS[series]):
                    recent[series, row - age, lane] = recent[series, row - age - 1, lane]


@njit(cache=True, nogil=True, error_model="numpy")
def _window_moments(recent, row, close, moments):  # type: ignore[no-untyped-def]
    """Sums over the last 5, 10 and 20 closes, all measured from today's close.

    Measuring from a member of the window makes a constant price give exactly zero.
    ``moments`` rows: mean of 5, of 10, of 20 (minus today's close), sum of squared
    deviations of 10, of 20, mean of 20 dollar volumes, mean of 5 volumes.
    """
    for lane in range(LANES):
        today = close[lane]
        sum_5 = 0.0
        for age in range(5):
            sum_5 += recent[CLOSE, row - age, lane] - today
        sum_10 = sum_5
        for age in range(5, 10):
            sum_10 += recent[CLOSE, row - age, lane] - today
        sum_20 = sum_10
        for age in range(10, 20):
            sum_20 += recent[CLOSE, row - age, lane] - today
        moments[0, lane] = sum_5 / 5.0
        moments[1, lane] = sum_10 / 10.0
        moments[2, lane] = sum_20 / 20.0
    for lane in range(LANES):
        today, mean_10, mean_20 = close[lane], moments[1, lane], moments[2, lane]
        squares_10 = 0.0
        squares_20 = 0.0
        for age in range(10):
            distance = recent[CLOSE, row - age, lane] - today
            squares_10 += (distance - mean_10) ** 2
            squares_20 += (distance - mean_20) ** 2
        for age in range(10, 20):
            squares_20 += (recent[CLOSE, row - age, lane] - today - mean_20) ** 2
        moments[3, lane] = squares_10
        moments[4, lane] = squares_20
    for lane in range(LANES):
        dollars = 0.0
        for age in range(20):
            dollars += recent[DOLLARS, row - age, lane]
        shares = 0.0
        for age in range(5):
            shares += recent[VOLUME, row - age, lane]
        moments[5, lane] = dollars / 20.0
        moments[6, lane] = shares / 5.0


@njit(cache=True, nogil=True, error_model="numpy")
def _update_long_mean(close, smooth, long_closes, traded_rows):  # type: ignore[no-untyped-def]
    """Count today's row and move the 200-row sum on; it is NaN until it is full."""
    for lane in range(LANES):
        price = close[lane]
        if price != price:
            continue
        slot = traded_rows[lane] % LONG_WINDOW
        traded_rows[lane] += 1
        anchor = smooth[LONG_ANCHOR, lane]
        smooth[LONG_SUM, lane] += (price - anchor) - (long_closes[slot, lane] - anchor)
        long_closes[slot, lane] = price
        if slot == LONG_WINDOW - 1:
            # Rebuilding the sum every 200 rows keeps rounding from piling up.
            total = 0.0
            for k in range(LONG_WINDOW):
                total += long_closes[k, lane] - price
            smooth[LONG_SUM, lane] = total
            smooth[LONG_ANCHOR, lane] = price


@njit(cache=True, nogil=True, error_model="numpy")
def _update_averages(recent, row, close, smooth, traded_rows):  # type: ignore[no-untyped-def]
    """Move the exponential averages on by today's row; store RSI and MACD histogram.

    Written without branches: every lane computes, and keeps what it had where the asset
    does not trade. ``traded_rows`` counts today's row already.
    """
    for lane in range(LANES):
        price, number = close[lane], traded_rows[lane]
        fast, slow = smooth[FAST, lane], smooth[SLOW, lane]
        new_fast = price if number == 1 else fast + (price - fast) * (2.0 / 13.0)
        new_slow = price if number == 1 else slow + (price - slow) * (2.0 / 27.0)
        smooth[FAST, lane] = new_fast if price == price else fast
        smooth[SLOW, lane] = new_slow if price == price else slow
    for lane in range(LANES):
        price, number = close[lane], traded_rows[lane]
        signal = smooth[SIGNAL, lane]
        line = smooth[FAST, lane] - smooth[SLOW, lane]
        moved = signal + (line - signal) * (2.0 / 10.0)
        # The signal line starts at the 26th row, the first with a slow average.
        new_signal = moved if number > 26 else (line if number == 26 else np.nan)
        traded = price == price
        smooth[SIGNAL, lane] = new_signal if traded else signal
        histogram = line - new_signal if number >= 34 else np.nan
        recent[HISTOGRAM, row, lane] = histogram if traded else recent[HISTOGRAM, row, lane]
    for lane in range(LANES):
        price, number, previous = close[lane], traded_rows[lane], recent[CLOSE, row - 1, lane]
        change = price - previous
        change = 0.0 if (number == 1) | tied(price, previous) else change
        gain, loss = smooth[GAIN, lane], smooth[LOSS, lane]
        new_gain = gain + ((change if change > 0.0 else 0.0) - gain) / 14.0
        new_loss = loss + ((-change if change < 0.0 else 0.0) - loss) / 14.0
        new_gain = 0.0 if number == 1 else new_gain
        new_loss = 0.0 if number == 1 else new_loss
        traded = price == price
        smooth[GAIN, lane] = new_gain if traded else gain
        smooth[LOSS, lane] = new_loss if traded else loss
        rsi = 100.0 if new_loss == 0.0 else 100.0 - 100.0 / (1.0 + new_gain / new_loss)
        rsi = rsi if number >= 14 else np.nan
        recent[RSI, row, lane] = rsi if traded else recent[RSI, row, lane]


@njit(cache=True, nogil=True, error_model="numpy")
def _divide_histogram(scale_free, close, recent, row):  # type: ignore[no-untyped-def]
    """Measure today's MACD histogram in closes; an asset that does not trade keeps its last."""
    if not scale_free:
        return
    for lane in range(LANES):
        if close[lane] == close[lane]:
            recent[HISTOGRAM, row, lane] /= close[lane]


@njit(cache=True, nogil=True, error_model="numpy")
def _scale_least(scale_free, close, least):  # type: ignore[no-untyped-def]
    """Measure what keeps divisions from zero in closes."""
    if not scale_free:
        return
    for lane in range(LANES):
        least[0, lane] = least[1, lane] = _LEAST_FRACTION * close[lane]


@njit(cache=True, nogil=True, error_model="numpy")
def _divide_rows(scale_free, which, close, rows):  # type: ignore[no-untyped-def]
    """Measure some of the day's results in closes instead of currency."""
    if not scale_free:
        return
    for position in which:
        for lane in range(LANES):
            rows[position, lane] /= close[lane]


@njit(cache=True, nogil=True, error_model="numpy")
def _write_candles(prices, volume, moments, smooth, least, recent, row, rows):  # type: ignore[no-untyped-def]
    """Factors of the day's candle, the averages and the bands, and values to be ranked."""
    for lane in range(LANES):
        opened, high, low, close = (
            prices[0, lane],
            prices[1, lane],
            prices[2, lane],
            prices[3, lane],
        )
        spread = high - low + least[0, lane]
        rows[1, lane] = (close - opened) / spread
        rows[2, lane] = (high - close) / spread
        rows[8, lane] = (close - low) / spread
        rows[10, lane] = (close - (high + low) / 2.0) / spread
    for lane in range(LANES):
        close = prices[3, lane]
        half_band = 2.0 * np.sqrt(moments[4, lane] / 20.0)
        bandwidth = 2.0 * half_band
        lower = (close + moments[2, lane]) - half_band
        # An asset that does not trade keeps the band of its last traded row.
        recent[LOWER_BAND, row, lane] = lower if close == close else recent[LOWER_BAND, row, lane]
        rows[28, lane] = bandwidth
        rows[29, lane] = -moments[2, lane] / (bandwidth + least[1, lane])
        rows[9, lane] = np.sqrt(moments[3, lane] / 9.0)
    for lane in range(LANES):
        spike = volume[lane] / moments[6, lane]
        rows[11, lane] = spike
        rows[16, lane] = spike * rows[1, lane]
    for lane in range(LANES):
        rows[3, lane] = -moments[0, lane]
        rows[4, lane] = prices[3, lane] - prices[4, lane]
        rows[5, lane] = prices[3, lane] - recent[CLOSE, row - 5, lane]
        rows[6, lane] = (smooth[LONG_ANCHOR, lane] - prices[3, lane]) + (
            smooth[LONG_SUM, lane] / LONG_WINDOW
        )
        rows[7, lane] = recent[CLOSE, row - 1, lane] - prices[3, lane]
        rows[_TO_MEAN_20_ROW, lane] = -moments[2, lane]


@njit(cache=True, nogil=True, error_model="numpy")
def _write_oscillators(volume, recent, row, rows):  # type: ignore[no-untyped-def]
    """Factors made of RSI and the MACD histogram."""
    for lane in range(LANES):
        histogram = recent[HISTOGRAM, row, lane]
        rsi = recent[RSI, row, lane]
        rows[12, lane] = histogram * rsi
        rows[13, lane] = histogram / (volume[lane] if volume[lane] > 0.0 else np.nan)
        rows[14, lane] = (100.0 - rsi) * rows[2, lane]
        rows[20, lane] = rows[10, lane] * rsi
        rows[22, lane] = volume[lane] * histogram
    for lane in range(LANES):
        histogram = recent[HISTOGRAM, row, lane]
        rsi = recent[RSI, row, lane]
        rows[23, lane] = histogram * rows[2, lane]
        rows[24, lane] = histogram * rows[9, lane]
        rows[27, lane] = histogram / (rsi + 1e-6)
        rows[32, lane] = rows[9, lane] * rsi
        rows[33, lane] = rsi - 50.0
        rows[37, lane] = rsi - recent[RSI, row - 3, lane]
        rows[38, lane] = rows[1, lane] * rsi
        rows[_HISTOGRAM_ROW, lane] = histogram
        rows[_RSI_ROW, lane] = rsi


@njit(cache=True, nogil=True, error_model="numpy")
def _write_events(prices, moments, recent, row, rows):  # type: ignore[no-untyped-def]
    """Factors that are decided by a comparison; one with a missing side is missing."""
    for lane in range(LANES):
        opened, previous = recent[OPEN, row, lane], recent[OPEN, row - 1, lane]
        event = 1.0 if below(opened, previous) else 0.0
        rows[0, lane] = event if known(opened, previous) else np.nan
    for lane in range(LANES):
        histogram, previous = recent[HISTOGRAM, row, lane], recent[HISTOGRAM, row - 1, lane]
        rising = below(0.0, histogram)
        sign = 1.0 if rising else (-1.0 if below(histogram, 0.0) else 0.0)
        rows[26, lane] = sign if histogram == histogram else np.nan
        crossed = rising & (not below(0.0, previous))
        both = known(histogram, previous)
        rows[35, lane] = (1.0 if crossed else 0.0) if both else np.nan
        rows[36, lane] = (histogram if crossed else 0.0) if both else np.nan
    for lane in range(LANES):
        rsi, previous = recent[RSI, row, lane], recent[RSI, row - 1, lane]
        bounced = below(previous, rsi) & below(rsi, 30.0)
        rows[34, lane] = (rsi - 50.0 if bounced else 0.0) if known(rsi, previous) else np.nan
    for lane in range(LANES):
        close, lower = prices[3, lane], recent[LOWER_BAND, row, lane]
        previous, previous_lower = recent[CLOSE, row - 1, lane], recent[LOWER_BAND, row - 1, lane]
        price = 0.0 if below(close, lower) else close
        rows[39, lane] = price if known(close, lower) else np.nan
        rebound = below(previous, previous_lower) & below(lower, close)
        event = 1.0 if rebound else 0.0
        rows[40, lane] = event if known(lower, previous_lower) else np.nan
    for lane in range(LANES):
        dollars, mean = recent[DOLLARS, row, lane], moments[5, lane]
        event = 1.0 if below(mean, dollars) else 0.0
        rows[43, lane] = event if known(dollars, mean) else np.nan


@njit(cache=True, nogil=True, error_model="numpy")
def new_state(assets, tile):  # type: ignore[no-untyped-def]
    """What pass 1 remembers of every asset before its first row.

    Returns:
        recent (blocks, 7, 19 + tile, lanes), smooth (blocks, 7, lanes), long_closes
        (blocks, 200, lanes), all NaN, and traded_rows (blocks, lanes), all zero.
    """
    blocks = (assets + LANES - 1) // LANES
    return (
        np.full((blocks, RECENT_SERIES, HISTORY + tile, LANES), np.nan),
        np.full((blocks, SMOOTH_SERIES, LANES), np.nan),
        np.full((blocks, LONG_WINDOW, LANES), np.nan),
        np.zeros((blocks, LANES), np.int64),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def advance(  # type: ignore[no-untyped-def]
    fields, volume, start, stop, first_block, last_block, scale_free, state, ranked, out
):
    """Pass 1 over the days ``start … stop - 1`` for some blocks of assets.

    Args:
        fields: (open, high, low, close, vwap), each (dates, assets) float64, adjusted.
        volume: Shape (dates, assets), float32 or float64.
        start: First day of the tile.
        stop: Day after the tile's last.
        first_block: First block of ``LANES`` assets.
        last_block: Block after the last.
        scale_free: Whether prices are measured in today's close instead of currency.
        state: what :func:`new_state` made, carried from tile to tile.
        ranked: Shape (tile, 11, assets), overwritten with the values to be ranked.
        out: Shape (dates, 44, assets), the rows without ranks are overwritten.
    """
    opens, highs, lows, closes, vwaps = fields
    recent_blocks, smooth_blocks, long_blocks, traded_blocks = state
    assets = closes.shape[1]
    days = stop - start
    prices = np.empty((5, LANES))
    volumes = np.empty(LANES)
    moments = np.empty((7, LANES))
    rows = np.empty((_RESULT_ROWS, LANES))
    least = np.empty((2, LANES))
    least[0], least[1] = _LEAST_RANGE, _LEAST_BAND
    for block in range(first_block, last_block):
        first = block * LANES
        width = min(LANES, assets - first)
        recent, smooth = recent_blocks[block], smooth_blocks[block]
        long_closes, traded_rows = long_blocks[block], traded_blocks[block]
        prices[:] = np.nan
        volumes[:] = np.nan
        for step in range(days):
            day = start + step
            row = HISTORY + step
            _copy(opens[day, first : first + width], prices[0])
            _copy(highs[day, first : first + width], prices[1])
            _copy(lows[day, first : first + width], prices[2])
            _copy(closes[day, first : first + width], prices[3])
            _copy(vwaps[day, first : first + width], prices[4])
            _copy(volume[day, first : first + width], volumes)
            close = prices[3]
            _push_rows(recent, row, prices, volumes)
            _window_moments(recent, row, close, moments)
            _update_long_mean(close, smooth, long_closes, traded_rows)
            _update_averages(recent, row, close, smooth, traded_rows)
            _divide_histogram(scale_free, close, recent, row)
            _scale_least(scale_free, close, least)
            _write_candles(prices, volumes, moments, smooth, least, recent, row, rows)
            _divide_rows(scale_free, _CANDLE_CURRENCY_ROWS, close, rows)
            _write_oscillators(volumes, recent, row, rows)
            _write_events(prices, moments, recent, row, rows)
            _divide_rows(scale_free, _EVENT_CURRENCY_ROWS, close, rows)
            for lane in range(LANES):
                if close[lane] != close[lane]:
                    rows[:, lane] = np.nan
            for factor in _UNRANKED_ROWS:
                _copy(rows[factor, :width], out[day, factor, first : first + width])
            for series in range(RANKED_SERIES):
                _copy(
                    rows[_RANKED_ROWS[series], :width], ranked[step, series, first : first + width]
                )
        for series in range(RECENT_SERIES):
            for row in range(HISTORY - _EARLIER_ROWS[series], HISTORY):
                _copy(recent[series, row + days], recent[series, row])


@njit(cache=True, nogil=True, error_model="numpy")
def pack(ranked, keys, index_bits, first, last):  # type: ignore[no-untyped-def]
    """Write the sortable keys of the days ``first … last - 1`` of a tile.

    Args:
        ranked: Shape (tile, 11, assets), values of :func:`advance`.
        keys: Shape (tile, 9, assets), uint64, overwritten.
        index_bits: Bits of a key that hold the asset's position.
        first: First day to pack, counted from the tile's first.
        last: Day after the last to pack.
    """
    for step in range(first, last):
        for series in range(SORTED_SERIES):
            pack_keys(ranked[step, series], keys[step, series], index_bits)


@njit(cache=True, nogil=True, error_model="numpy")
def _rank_events(values, base_order, base_count, ascending, order, ranks):  # type: ignore[no-untyped-def]
    """Rank a series that is zero but where an event grew out of another, sorted, series.

    A non-zero event value rises with the series it was made of, whose order is known, so
    no further sort is needed: negative values, then zeros, then positive ones.
    """
    zeros, negatives, positives = 0, 0, 0
    for asset in range(values.size):
        zeros += values[asset] == 0.0
        negatives += values[asset] < 0.0
        positives += values[asset] > 0.0
    count = negatives + zeros + positives
    tied_rank = (negatives + 0.5 * (zeros + 1)) / count
    for asset in range(values.size):
        ranks[asset] = tied_rank if values[asset] == 0.0 else np.nan
    if negatives + positives == 0:
        return
    events = 0
    for k in range(base_count):
        value = values[base_order[k]]
        if value < 0.0 or value > 0.0:
            order[events] = base_order[k]
            ascending[events] = value
            events += 1
    average_ranks(ascending, order, events, ranks)
    for k in range(events):
        rank = 0.5 * np.rint(2.0 * events * ranks[order[k]])
        ranks[order[k]] = (rank if ascending[k] < 0.0 else rank + zeros) / count


@njit(cache=True, nogil=True, error_model="numpy")
def _multiply(first, second, target):  # type: ignore[no-untyped-def]
    for asset in range(target.size):
        target[asset] = first[asset] * second[asset]


@njit(cache=True, nogil=True, error_model="numpy")
def _write_ranked(values, ranks, close, out):  # type: ignore[no-untyped-def]
    """Write the factors made of ranks: short loops that the compiler vectorises."""
    rsi, histogram = values[RANKED_RSI], values[RANKED_HISTOGRAM]
    short_mean, calm = ranks[TO_MEAN_5], ranks[DEVIATION_10]
    to_vwap, long_mean = ranks[TO_VWAP], ranks[MEAN_200_TO_CLOSE]
    for asset in range(close.size):
        short_mean[asset] *= ranks[TO_MEAN_20, asset]
        calm[asset] = -calm[asset]
    for asset in range(close.size):
        out[5, asset] = -ranks[MOMENTUM_5, asset]
        out[18, asset] = calm[asset] * (100.0 - rsi[asset])
        out[21, asset] = to_vwap[asset] / (histogram[asset] + 1e-6)
    _copy(short_mean, out[3])
    _copy(to_vwap, out[4])
    _copy(long_mean, out[6])
    _copy(ranks[RANGE_POSITION], out[8])
    _copy(calm, out[9])
    _multiply(rsi, to_vwap, out[15])
    _multiply(long_mean, rsi, out[17])
    _multiply(short_mean, histogram, out[19])
    _multiply(ranks[RANKED_HISTOGRAM], rsi, out[25])
    _multiply(ranks[RANKED_HISTOGRAM], close, out[30])
    _multiply(ranks[RANKED_RSI], close, out[31])
    _copy(ranks[BOUNCE], out[41])
    _copy(ranks[CROSS_STRENGTH], out[42])


@njit(cache=True, nogil=True, error_model="numpy")
def finish(closes, start, first, last, scale_free, ranked, keys, index_bits, out):  # type: ignore[no-untyped-def]
    """Pass 2: rank the tile's days ``first … last - 1`` and write the ranked factors.

    Args:
        closes: Shape (dates, assets), adjusted close.
        start: The tile's first day.
        first: First day of the tile to finish, counted from ``start``.
        last: Day after the last to finish, counted from ``start``.
        scale_free: As given to :func:`advance`.
        ranked: Values of :func:`advance`.
        keys: Their keys, sorted along the assets.
        index_bits: As given to :func:`pack`.
        out: Shape (dates, 44, assets), the rows made of ranks are overwritten.
    """
    assets = closes.shape[1]
    ranks = np.empty((RANKED_SERIES, assets))
    order = np.empty(assets, np.int64)
    event_order = np.empty(assets, np.int64)
    ascending = np.empty(assets)
    for step in range(first, last):
        values = ranked[step]
        ranks[:] = np.nan
        for series in range(SORTED_SERIES):
            count = unpack_order(keys[step, series], values[series], index_bits, order, ascending)
            average_ranks(ascending, order, count, ranks[series])
            if series == RANKED_HISTOGRAM:
                _rank_events(
                    values[CROSS_STRENGTH],
                    order,
                    count,
                    ascending,
                    event_order,
                    ranks[CROSS_STRENGTH],
                )
            if series == RANKED_RSI:
                _rank_events(values[BOUNCE], order, count, ascending, event_order, ranks[BOUNCE])
        _write_ranked(values, ranks, closes[start + step], out[start + step])
        if scale_free:
            # A close measured in closes is 1: what is left of the product is the rank.
            _copy(ranks[RANKED_HISTOGRAM], out[start + step, 30])
            _copy(ranks[RANKED_RSI], out[start + step, 31])
