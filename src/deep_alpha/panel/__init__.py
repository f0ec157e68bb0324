"""The panel: every field of the market on one (date × asset) grid, and how it is stored.

A day without a bar is NaN. Prices are adjusted to the asset's first row
(raw × adj_factor ÷ first adj_factor): neither a later split nor the vendor's choice of
anchor can change a past value (SPEC 0.1b).
"""

from deep_alpha.panel.build import age_in_bars, build_panel, raw_price
from deep_alpha.panel.proxies import proxies_of
from deep_alpha.panel.storage import load_panel, save_panel

__all__ = [
    "age_in_bars",
    "build_panel",
    "load_panel",
    "proxies_of",
    "raw_price",
    "save_panel",
]
