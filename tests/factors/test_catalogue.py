import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.factors import BEHAVIOURAL_FACTORS, FACTOR_NAMES, FACTOR_SETS, factor_set


def numbers(name: str) -> set[int]:
    return {FACTOR_NAMES.index(factor) + 1 for factor in factor_set(name)}


def test_there_are_44_factors_numbered_as_in_the_paper():
    assert [factor.number for factor in BEHAVIOURAL_FACTORS] == list(range(1, 45))
    assert len(set(FACTOR_NAMES)) == 44
    assert all(name.startswith("alpha_") for name in FACTOR_NAMES)


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("table40", {36, 42, 43, 44}),
        ("first40", {41, 42, 43, 44}),
        ("table43", {44}),
        ("text40", {27, 36, 42, 43}),
        ("all44", set()),
    ],
)
def test_each_set_leaves_out_what_it_says(name, left_out):
    assert numbers(name) == set(range(1, 45)) - left_out


def test_sets_named_40_have_40_factors_in_the_paper_order():
    for name, factors in FACTOR_SETS.items():
        assert len(factors) == int(name[-2:])
        assert list(factors) == sorted(factors, key=FACTOR_NAMES.index)


def test_the_anchors_of_the_groups_that_the_paper_names():
    group = {factor.number: factor.group for factor in BEHAVIOURAL_FACTORS}
    assert {group[k] for k in (35, 37)} == {"BR"}
    assert {group[k] for k in (10, 17, 22, 24)} == {"VD"}
    assert {group[k] for k in (6, 13, 44)} == {"MH"}


def test_an_unknown_set_is_refused_with_the_known_ones():
    with pytest.raises(ConfigurationError) as error:
        factor_set("table41")
    assert str(error.value) == (
        "there is no factor set 'table41': choose one of table40, first40, table43, text40, all44"
    )
