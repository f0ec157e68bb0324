"""CNE5's 32 industry groups, told from a GICS code (SPEC 2.7).

The Global Industry Classification Standard (GICS) writes the sector in the first two
digits of a code, then industry group, industry and sub-industry with two digits each.
"""

from __future__ import annotations

from collections.abc import Mapping

CNE5_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Energy": ("10",),
    "Chemicals": ("151010",),
    "Construction Materials": ("151020",),
    "Diversified Metals": ("151040",),
    "Materials": ("151030", "151050"),
    "Aerospace and Defence": ("201010",),
    "Building Products": ("201020",),
    "Construction and Engineering": ("201030",),
    "Electrical Equipment": ("201040",),
    "Industrial Conglomerates": ("201050",),
    "Industrial Machinery": ("201060",),
    "Trading Companies": ("201070",),
    "Commercial Services": ("2020",),
    "Airlines": ("203010", "203020"),
    "Marine": ("203030",),
    "Road, Rail and Infrastructure": ("203040", "203050"),
    "Automobiles": ("2510",),
    "Household Durables": ("252010",),
    "Leisure and Textiles": ("252020", "252030"),
    "Hotels and Restaurants": ("2530",),
    "Media": ("2540", "5020"),
    "Retail": ("2550",),
    "Staples Retail and Personal Products": ("3010", "3030"),
    "Beverages": ("302010",),
    "Food": ("302020",),
    "Health": ("35",),
    "Banks": ("4010",),
    "Diversified Financials": ("4020", "4030"),
    "Real Estate": ("4040", "60"),
    "Software": ("4510",),
    "Hardware and Semiconductors": ("4520", "4530", "50"),
    "Utilities": ("55",),
}
"""Each group with the GICS codes that make it up; the first is where it belongs.

CNE5 is older than the GICS of 2016 and 2018: real estate became sector 60, and media
moved from 2540 to 5020.
"""

_GROUP_OF = {code: group for group, codes in CNE5_GROUPS.items() for code in codes}

_GROUPS_OF_SECTOR: Mapping[str, tuple[str, ...]] = {
    "10": ("10",),
    "15": ("10",),
    "20": ("10", "20", "30"),
    "25": ("10", "20", "30", "40", "50"),
    "30": ("10", "20", "30"),
    "35": ("10", "20"),
    "40": ("10", "20", "30", "40"),
    "45": ("10", "20", "30"),
    "50": ("10", "20"),
    "55": ("10",),
    "60": ("10", "20"),
}
"""The industry groups that each sector has or had, by their own two digits."""


def is_gics(label: str) -> bool:
    """Whether a label is a GICS code of 2, 4, 6 or 8 digits.

    Sector and industry group must exist: other taxonomies have codes of four digits too.
    """
    if len(label) not in (2, 4, 6, 8) or not (label.isascii() and label.isdigit()):
        return False
    groups = _GROUPS_OF_SECTOR.get(label[:2], ())
    return label[2:4] in groups if len(label) > 2 else bool(groups)


def cne5_group(code: str) -> str:
    """The CNE5 group of a GICS code.

    A code that does not say which group it is, as ``15`` or the tobacco of ``302030``,
    stands for itself, cut to six digits.
    """
    for digits in (6, 4, 2):
        group = _GROUP_OF.get(code[:digits])
        if group is not None:
            return group
    return code[:6]


def sector_of(group: str) -> str:
    """The GICS sector, two digits, of what :func:`cne5_group` returned."""
    return CNE5_GROUPS.get(group, (group,))[0][:2]
