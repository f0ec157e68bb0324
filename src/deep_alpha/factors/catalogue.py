"""The 44 behavioural factors of Luan (2025): names, formulas, groups and factor sets.

SPEC 1.2 argues each decision: the paper's table lists 43 rows but speaks of 40 factors
everywhere, and its heat map names one more (row 44). The factor sets are the ways to
choose among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deep_alpha.errors import ConfigurationError

Group = Literal["MH", "VD", "BR"]

GROUPS: dict[Group, str] = {
    "MH": "momentum and herding",
    "VD": "volume-price divergence",
    "BR": "bottom reversal",
}


@dataclass(frozen=True)
class BehaviouralFactor:
    """One row of the catalogue.

    Args:
        number: Row of the paper's table, from 1; 44 stands in the heat map's text only.
        name: The paper's name.
        formula: O, H, L, C are the adjusted prices, V the volume, rank the percentile
            among the assets of the day, ``1[...]`` an event; ``rowK`` is row K.
        group: MH momentum and herding, VD volume-price divergence, BR bottom reversal.
        note: What a reader of the numbers should know.
    """

    number: int
    name: str
    formula: str
    group: Group
    note: str = ""


def _catalogue(*rows: tuple[str, str, Group, str]) -> tuple[BehaviouralFactor, ...]:
    return tuple(
        BehaviouralFactor(number, f"alpha_{name}", formula, group, note)
        for number, (name, formula, group, note) in enumerate(rows, start=1)
    )


BEHAVIOURAL_FACTORS = _catalogue(
    ("signal_open_down", "1[O_t < O_{t-1}]", "BR", "event"),
    ("kline_body_strength", "(C-O)/(H-L+0.001)", "VD", ""),
    ("close_near_low", "(H-C)/(H-L+0.001)", "BR", "large when the close is near the low"),
    ("short_ma_diff_rank_mul", "rank(C-ma5)*rank(C-ma20)", "MH", ""),
    ("close_vwap_diff_rank", "rank(C-vwap)", "VD", ""),
    (
        "momentum_5d_min_rank",
        "-rank(C-C_{t-5})",
        "MH",
        "a reversal sign although grouped as momentum; the text calls it momentum5_rank",
    ),
    ("ma200_close_diff_rank", "rank(ma200-C)", "BR", "warm-up of 200 traded days"),
    ("close_delta_1d", "-(C-C_{t-1})", "BR", "in currency"),
    ("close_range_high_rank", "rank((C-L)/(H-L+0.001))", "MH", "about 1-rank(row3)"),
    ("volatility_10d_rank_neg", "-rank(std(C,10))", "VD", "the text calls it volatility_10d"),
    ("close_median_dev_ratio", "(C-(H+L)/2)/(H-L+0.001)", "VD", "about 1/2-row3"),
    ("volume_spike_ratio", "V/ma(V,5)", "MH", ""),
    ("macd_rsi_product", "macd_diff*rsi", "MH", ""),
    ("macd_per_volume", "macd_diff/V", "VD", "missing where V <= 0"),
    ("rev_rsi_times_lowdev", "(100-rsi)*row3", "BR", ""),
    ("rsi_times_vwapdev_rank", "rsi*row5", "VD", ""),
    ("volspike_times_body", "row12*row2", "VD", ""),
    ("ma200diff_times_rsi", "row7*rsi", "BR", "warm-up of 200 traded days"),
    ("volrank_times_revrsi", "row10*(100-rsi)", "BR", "vol is volatility, not volume"),
    ("shortdiff_times_macd", "row4*macd_diff", "MH", ""),
    ("median_dev_times_rsi", "row11*rsi", "VD", ""),
    ("vwapdev_over_macd", "row5/(macd_diff+1e-6)", "VD", "pole at macd_diff = -1e-6"),
    ("volume_times_macd", "V*macd_diff", "MH", ""),
    ("macd_times_lowdev", "macd_diff*row3", "VD", ""),
    ("macd_times_volatility", "macd_diff*std(C,10)", "MH", ""),
    ("macd_rank_times_rsi", "rank(macd_diff)*rsi", "MH", ""),
    ("macd_diff_sign", "sign(macd_diff)", "MH", "the sign of row 28"),
    ("macd_rsi_ratio", "macd_diff/(rsi+1e-6)", "MH", "pole at rsi = 0"),
    ("boll_bandwidth", "upper-lower", "VD", "in currency"),
    ("close_boll_mid_ratio", "(C-mid)/(upper-lower+1e-6)", "MH", ""),
    ("macd_rank_times_price", "rank(macd_diff)*C", "MH", "price level"),
    ("rsi_rank_times_close", "rank(rsi)*C", "MH", "price level"),
    ("volatility_times_rsi", "std(C,10)*rsi", "VD", ""),
    ("rsi_vs_50", "rsi-50", "MH", ""),
    (
        "rsi_bounce_strength",
        "1[rsi_t > rsi_{t-1} & rsi_t < 30]*(rsi-50)",
        "BR",
        "event; its values are negative, -20 to -50",
    ),
    ("macd_cross", "1[macd_diff_t > 0 & macd_diff_{t-1} <= 0]", "BR", "event"),
    ("macd_cross_strength", "row36*macd_diff", "BR", "event"),
    ("rsi_rise_velocity", "rsi_t-rsi_{t-3}", "MH", ""),
    ("body_times_rsi", "row2*rsi", "MH", ""),
    ("price_vs_boll", "1[C >= lower]*C", "BR", "equals C on most days"),
    ("boll_rebound", "1[C_{t-1} < lower_{t-1} & C_t > lower_t]", "BR", "event; own day's band"),
    ("rsi_bounce_rank", "rank(row35)", "BR", "mostly tied"),
    ("macd_cross_rank", "rank(row37)", "BR", "mostly tied"),
    (
        "volume_above_adv20",
        "1[V*vwap > mean_20(V*vwap)]",
        "MH",
        "dollar volume; in the heat map's text, not in the table",
    ),
)

FACTOR_NAMES: tuple[str, ...] = tuple(factor.name for factor in BEHAVIOURAL_FACTORS)


def _without(*numbers: int) -> tuple[str, ...]:
    return tuple(f.name for f in BEHAVIOURAL_FACTORS if f.number not in numbers)


FACTOR_SETS: dict[str, tuple[str, ...]] = {
    # Rows 36, 42 and 43 only repeat rows 37 and 35.
    "table40": _without(36, 42, 43, 44),
    "first40": _without(41, 42, 43, 44),
    "table43": _without(44),
    "text40": _without(27, 36, 42, 43),
    "all44": FACTOR_NAMES,
}


def factor_set(name: str) -> tuple[str, ...]:
    """Names of the factors in a set, in the order of the paper's table.

    Args:
        name: ``table40``, ``first40``, ``table43``, ``text40`` or ``all44`` (SPEC
            000-F1).

    Raises:
        ConfigurationError: There is no such set.
    """
    try:
        return FACTOR_SETS[name]
    except KeyError:
        known = ", ".join(FACTOR_SETS)
        raise ConfigurationError(
            f"there is no factor set {name!r}: choose one of {known}"
        ) from None
