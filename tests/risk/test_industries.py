from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from deep_alpha.errors import PanelError
from deep_alpha.risk.gics import CNE5_GROUPS, cne5_group, is_gics, sector_of
from deep_alpha.risk.industries import industry_groups
from tests.no_future import assert_no_future


def labels_of(**numbers: int) -> np.ndarray:
    """So many assets of each industry; ``g151010`` stands for the code 151010."""
    labels = [name.removeprefix("g") for name, number in numbers.items() for _ in range(number)]
    return np.array(labels, dtype=object)


def everybody(labels: np.ndarray, days: int = 1) -> np.ndarray:
    return np.ones((days, len(labels)), dtype=bool)


def group_by_label(labels, members, minimum, day=0) -> dict[str, str]:
    groups = industry_groups(labels, members, minimum)
    names = np.array(groups.names, dtype=object)[groups.codes[day]]
    found = dict(zip(labels, names, strict=True))
    assert [found[label] for label in labels] == list(names), "one industry, one group"
    return found


def test_large_industries_are_used_as_they_are():
    labels = labels_of(银行=5, Metals=6, unknown=5)
    groups = industry_groups(labels, everybody(labels), 5)
    assert groups.names == ("Metals", "other", "unknown", "银行")
    assert [groups.names[code] for code in groups.codes[0]] == list(labels)
    assert groups.codes.dtype == np.int16
    assert groups.merged.empty
    assert list(groups.merged.columns) == ["date", "industry", "members", "into"]


def test_small_industries_share_one_group():
    labels = labels_of(Banks=9, Energy=2, Media=3, unknown=1)
    found = group_by_label(labels, everybody(labels), 5)
    assert found == {"Banks": "Banks", "Energy": "other", "Media": "other", "unknown": "other"}


def test_too_few_others_join_the_largest_industry_of_the_day():
    labels = labels_of(Autos=5, Banks=9, Energy=2, Media=2)
    assert group_by_label(labels, everybody(labels), 5)["Energy"] == "Banks"
    labels = labels_of(Banks=9, Autos=9, Energy=2)
    assert group_by_label(labels, everybody(labels), 5)["Energy"] == "Autos", "first of two equals"


def test_a_label_may_be_called_other():
    labels = labels_of(Banks=9, other=4, Energy=1)
    assert group_by_label(labels, everybody(labels), 5)["Energy"] == "other"
    labels = labels_of(Banks=9, other=3, Energy=1)
    assert group_by_label(labels, everybody(labels), 5) == dict.fromkeys(
        ("Banks", "other", "Energy"), "Banks"
    )


def test_one_industry_is_one_group_however_small():
    labels = labels_of(unknown=3)
    groups = industry_groups(labels, everybody(labels, 2), 5)
    assert groups.names == ("unknown",)
    assert (groups.codes == 0).all()
    assert groups.merged.empty


def test_groups_change_with_the_members_of_the_day_but_names_do_not():
    labels = labels_of(Banks=8, Energy=5)
    members = everybody(labels, 4)
    members[1, -1] = False  # four of five: too few
    members[2, 8:] = False  # nobody of Energy
    members[3] = False
    groups = industry_groups(labels, members, 5)
    assert groups.names == industry_groups(labels, everybody(labels), 5).names
    energy = [groups.names[code] for code in groups.codes[:, -1]]
    assert energy == ["Energy", "Banks", "Banks", "Energy"]
    assert groups.merged.to_dict("records") == [
        {"date": 1, "industry": "Energy", "members": 4, "into": "Banks"}
    ], "nobody was merged where nobody was"


def test_unknown_is_an_industry_and_leaves_gics_codes_alone():
    labels = labels_of(g35101010=6, g4010=6, unknown=6)
    found = group_by_label(labels, everybody(labels), 5)
    assert found == {"35101010": "Health", "4010": "Banks", "unknown": "unknown"}


def test_a_small_gics_group_joins_the_largest_of_its_sector():
    labels = labels_of(g151010=5, g151040=7, g151020=2, g10=20, g35=5)
    found = group_by_label(labels, everybody(labels), 5)
    assert found["151020"] == "Diversified Metals"
    assert {found["151010"], found["10"], found["35"]} == {"Chemicals", "Energy", "Health"}


def test_a_small_gics_group_alone_in_its_sector_is_other():
    labels = labels_of(g151010=3, g151040=4, g10=20)
    found = group_by_label(labels, everybody(labels), 5)
    assert found == {"151010": "other", "151040": "other", "10": "Energy"}


def test_one_label_that_is_no_gics_code_leaves_all_as_they_are():
    labels = labels_of(g151010=5, g151040=5, Banks=5)
    assert set(group_by_label(labels, everybody(labels), 5)) == {"151010", "151040", "Banks"}
    groups = industry_groups(labels, everybody(labels), 5)
    assert groups.names == ("151010", "151040", "Banks", "other")


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("10", "Energy"),
        ("10102050", "Energy"),
        ("15101050", "Chemicals"),
        ("151030", "Materials"),
        ("151050", "Materials"),
        ("202020", "Commercial Services"),
        ("20301010", "Airlines"),
        ("203020", "Airlines"),
        ("203050", "Road, Rail and Infrastructure"),
        ("25101020", "Automobiles"),
        ("252030", "Leisure and Textiles"),
        ("301010", "Staples Retail and Personal Products"),
        ("303020", "Staples Retail and Personal Products"),
        ("35202010", "Health"),
        ("403010", "Diversified Financials"),
        ("4040", "Real Estate"),
        ("60102510", "Real Estate"),
        ("45103010", "Software"),
        ("453010", "Hardware and Semiconductors"),
        ("501010", "Hardware and Semiconductors"),
        ("502030", "Media"),
        ("55", "Utilities"),
    ],
)
def test_a_gics_code_tells_its_cne5_group(code, group):
    assert is_gics(code)
    assert cne5_group(code) == group


def test_there_are_32_groups_and_no_code_is_in_two():
    assert len(CNE5_GROUPS) == 32
    codes = [code for codes in CNE5_GROUPS.values() for code in codes]
    assert len(set(codes)) == len(codes)
    assert all(is_gics(code) for code in codes)


@pytest.mark.parametrize(("code", "stands_for"), [("15", "15"), ("30203010", "302030")])
def test_a_gics_code_of_no_group_stands_for_itself_in_its_sector(code, stands_for):
    assert cne5_group(code) == stands_for
    assert sector_of(cne5_group(code)) == code[:2]


def test_tobacco_joins_the_staples_where_it_is_small():
    labels = labels_of(g30203010=1, g302020=5, g35=9)
    assert group_by_label(labels, everybody(labels), 5)["30203010"] == "Food"


@pytest.mark.parametrize(
    "label", ["", "1", "100", "70", "2834", "1020", "1010101010", "Banks", "１０"]
)
def test_what_is_no_gics_code(label):
    assert not is_gics(label)


def oracle(labels: list[str], sectors: dict[str, str], minimum: int) -> dict[str, str]:
    """The rules of the SPEC for the labels of one day's members, one industry at a time."""
    numbers = Counter(labels)
    large = {name for name in numbers if numbers[name] >= minimum}

    def largest(names: set[str]) -> str:
        return min(names, key=lambda name: (-numbers[name], name))

    joined = {}
    for name in sectors:
        same = {other for other in large if sectors[other] == sectors[name]}
        joined[name] = name if name in large else largest(same) if same else "other"
    others = sum(numbers[name] for name in sectors if joined[name] == "other")
    if others < minimum and large:
        joined = {name: largest(large) if to == "other" else to for name, to in joined.items()}
    return joined


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["151010", "151040", "151020", "35", "4010", "4020", "10"]), min_size=2
    ),
    st.integers(2, 6),
    st.data(),
)
def test_the_rules_one_industry_at_a_time(codes, minimum, data):
    labels = np.array(codes, dtype=object)
    members = np.array(data.draw(st.lists(st.booleans(), min_size=len(codes), max_size=len(codes))))
    if len(set(codes)) < 2 or not members.any():
        return
    groups = industry_groups(labels, members[None], minimum)
    sectors = {cne5_group(code): code[:2] for code in codes}
    inside = [cne5_group(code) for code in labels[members]]
    joined = oracle(inside, sectors, minimum)
    found = [groups.names[code] for code in groups.codes[0]]
    assert found == [joined[cne5_group(code)] for code in codes]
    moved = {name: to for name, to in joined.items() if name in inside and to != name}
    assert dict(zip(groups.merged["industry"], groups.merged["into"], strict=True)) == moved
    sizes = Counter(np.array(found)[members])
    assert min(sizes.values()) >= minimum or len(sizes) == 1


def test_groups_of_a_day_know_nothing_of_later_days():
    random = np.random.default_rng(3)
    labels = random.choice(["a", "b", "c", "d", "e"], 30)
    panel = xr.Dataset(
        {"member": (("date", "asset"), random.random((40, 30)) < 0.7)},
        coords={"date": pd.bdate_range("2020-01-01", periods=40), "asset": np.arange(30)},
    )

    def codes(data: xr.Dataset) -> xr.DataArray:
        member = data["member"]
        return member.copy(data=industry_groups(labels.astype(object), member.to_numpy(), 5).codes)

    assert len(np.unique(codes(panel).to_numpy(), axis=0)) > 5, "the groups do change"
    assert_no_future(codes, panel)


def test_shapes_must_fit():
    with pytest.raises(PanelError, match="same assets"):
        industry_groups(labels_of(Banks=3), np.ones((2, 4), dtype=bool), 5)


@pytest.mark.real
def test_citic_industries_of_a_real_market(real_data):
    """All 30 and 'unknown' have five members in 2014 already; the smallest have not 20."""
    assets = pd.read_parquet(real_data / "ashare" / "assets.parquet")
    day = pd.Timestamp("2014-06-30")
    bars = pd.read_parquet(
        real_data / "ashare" / "bars.parquet", columns=["asset"], filters=[("date", "==", day)]
    )
    industry = assets.set_index("asset")["industry"].reindex(bars["asset"]).fillna("unknown")
    labels, sizes = industry.to_numpy(dtype=object), industry.value_counts()
    groups = industry_groups(labels, everybody(labels), 5)
    assert groups.merged.empty
    assert len(np.unique(groups.codes)) == 31

    groups = industry_groups(labels, everybody(labels), 20)
    assert set(groups.merged["industry"]) == set(sizes.index[sizes < 20])
    used = {groups.names[code] for code in groups.codes[0]}
    assert used - {"other"} == set(sizes.index[sizes >= 20])
    assert 31 > len(used) > 20
