"""One way to print each kind of number: a real minus sign, a dash for what is missing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

MISSING = "–"
_MINUS = "\N{MINUS SIGN}"
_THIN = "\N{NARROW NO-BREAK SPACE}"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def known(value: Any) -> bool:
    """Whether a value is a finite number; None, NaN, NA and text are not."""
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def decimal(value: Any, places: int = 3, *, signed: bool = False) -> str:
    """A number with fixed decimals, such as ``−0.052``; ``signed`` adds a plus."""
    if not known(value):
        return MISSING
    text = f"{float(value):,.{places}f}"
    if float(text.replace(",", "")) == 0:
        return text.lstrip("-")  # -0.0004 rounds to zero, and zero has no sign
    plus = "+" if signed and not text.startswith("-") else ""
    return plus + text.replace("-", _MINUS)


def percent(value: Any, places: int = 1, *, signed: bool = False) -> str:
    """A share as percent, such as ``12.3 %``."""
    if not known(value):
        return MISSING
    return decimal(100 * float(value), places, signed=signed) + _THIN + "%"


def small_percent(value: Any) -> str:
    """A share as percent with two digits however small, such as ``0.012 %``."""
    return significant(100 * float(value), 2) + _THIN + "%" if known(value) else MISSING


def large_percent(value: Any) -> str:
    """A share as percent; from 10,000 % on in two digits, such as ``4.6 × 10¹⁰ %``."""
    if known(value) and float(value) >= 100:
        return scientific(100 * float(value)) + _THIN + "%"
    return percent(value)


def count(value: Any) -> str:
    """A whole number with thousands set off, such as ``1,204``."""
    return decimal(value, 0)


def p_value(value: Any) -> str:
    """A p value: three decimals, never an exact zero."""
    if known(value) and float(value) < 0.001:
        return "<0.001"
    return decimal(value, 3)


def p_phrase(value: Any) -> str:
    """A p value within a sentence: ``p = 0.012`` or ``p < 0.001``."""
    text = p_value(value)
    return f"p < {text[1:]}" if text.startswith("<") else f"p = {text}"


def significant(value: Any, digits: int = 3) -> str:
    """A number of unknown scale in ``digits`` significant digits; whole numbers whole."""
    if not known(value):
        return MISSING
    number = float(value)
    return count(number) if number == int(number) else decimal(number, places_for([number], digits))


def places_for(values: Iterable[Any], digits: int = 3) -> int:
    """Decimals that give the largest of some values ``digits`` significant digits."""
    largest = max((abs(float(value)) for value in values if known(value)), default=0.0)
    if largest == 0:
        return 0
    return min(max(digits - 1 - math.floor(math.log10(largest)), 0), 8)


def scientific(value: Any) -> str:
    """A number of any size in two digits: ``0.012``, or ``3.1 × 10⁻¹³`` where it is tiny."""
    if not known(value):
        return MISSING
    number = float(value)
    if number == 0 or 1e-4 <= abs(number) < 1e6:
        return significant(number, 2)
    mantissa, _, exponent = f"{abs(number):.1e}".partition("e")
    sign = _MINUS if number < 0 else ""
    power = str(int(exponent)).translate(_RAISED)
    return f"{sign}{mantissa}{_THIN}×{_THIN}10{power}"


def multiple(value: Any, digits: int = 3) -> str:
    """A multiple such as ``4.2×``; from a million on in powers of ten, ``3.6 × 10¹⁶``."""
    if not known(value):
        return MISSING
    return scientific(value) if float(value) >= 1e6 else f"{significant(value, digits)}×"


def duration(seconds: Any) -> str:
    """Seconds in the unit that a reader would choose: ``4.2 s``, ``3 min 05 s``, ``2 h 07 min``."""
    if not known(seconds):
        return MISSING
    if float(seconds) < 60:
        return f"{float(seconds):.1f}{_THIN}s"
    whole = round(float(seconds))
    if whole < 3600:
        return f"{whole // 60}{_THIN}min {whole % 60:02d}{_THIN}s"
    return f"{whole // 3600}{_THIN}h {whole % 3600 // 60:02d}{_THIN}min"


def day(value: Any) -> str:
    """A date as ``2021-06-30``."""
    stamp = pd.Timestamp(value) if value is not None else pd.NaT
    return MISSING if pd.isna(stamp) else f"{stamp:%Y-%m-%d}"


def anything(value: Any) -> str:
    """A value of a table whose columns are not known beforehand."""
    if value is None or value is pd.NaT or value is pd.NA:
        return MISSING
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple, set)):
        return ", ".join(anything(item) for item in value)
    if isinstance(value, pd.Timestamp):
        return day(value)
    return significant(value) if known(value) else _text_or_missing(value)


def enumeration(words: list[str]) -> str:
    """Words joined as in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


def plural(number: int, noun: str) -> str:
    """A count and its noun: ``1 day``, ``5 days``."""
    return f"{count(number)} {noun}" + ("" if number == 1 else "s")


def _text_or_missing(value: Any) -> str:
    return MISSING if isinstance(value, float) else str(value)
