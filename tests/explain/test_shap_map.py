"""SHAP values summed up by factor and group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.explain import shap_map
from deep_alpha.factors.catalogue import FACTOR_SETS, factor_set

NAMES = ("a", "b", "c", "d", "e", "f", "g")
GROUPS = {"a": "BR", "b": "MH", "c": "VD", "d": "MH", "e": "own", "f": "VD"}


def random_values(names=NAMES, rows=50, seed=0):
    random = np.random.default_rng(seed)
    features = random.normal(size=(rows, len(names))).astype(np.float32)
    slopes = random.normal(size=len(names))
    return features * slopes + 0.1 * random.normal(size=features.shape), features


def test_by_hand() -> None:
    features = np.array([[1.0, 1.0], [2.0, 0.0], [3.0, 5.0]], dtype=np.float32)
    contributions = np.array([[0.3, 0.0], [0.0, 0.5], [-0.6, -0.4]])
    result = shap_map(["x", "y"], contributions, features, {"x": "MH", "y": "BR"})
    rows = result.factors.set_index("factor")
    assert rows["mean"].tolist() == pytest.approx([-0.1, 0.1 / 3])
    assert rows["mean_abs"].tolist() == pytest.approx([0.3, 0.3])
    assert rows["directed"].tolist() == pytest.approx([-0.3, -0.3])
    assert rows["share"].tolist() == pytest.approx([0.5, 0.5])
    assert result.n == 3


def test_each_number_agrees_with_a_loop_over_factors() -> None:
    contributions, features = random_values()
    table = shap_map(NAMES, contributions, features, GROUPS).factors.set_index("factor")
    for place, name in enumerate(NAMES):
        value, seen = contributions[:, place], features[:, place].astype(float)
        direction = np.sign(np.corrcoef(seen, value)[0, 1])
        assert table.loc[name, "mean"] == pytest.approx(value.mean())
        assert table.loc[name, "mean_abs"] == pytest.approx(np.abs(value).mean())
        assert table.loc[name, "directed"] == pytest.approx(direction * np.abs(value).mean())
    assert table["share"].sum() == pytest.approx(1.0)


def test_groups_come_in_their_order_and_factors_by_descending_size() -> None:
    contributions, features = random_values()
    table = shap_map(NAMES, contributions, features, GROUPS).factors
    assert list(dict.fromkeys(table["group"])) == ["MH", "VD", "BR", "own", "other"]
    for _, group in table.groupby("group"):
        assert group["mean_abs"].is_monotonic_decreasing
    places = list(zip(table["row"], table["column"], strict=True))
    assert places == [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (1, 0), (1, 1)]


def test_group_totals_are_sums_over_their_factors() -> None:
    contributions, features = random_values()
    result = shap_map(NAMES, contributions, features, GROUPS)
    totals = result.groups.set_index("group")
    size = pd.Series(np.abs(contributions).mean(axis=0), NAMES)
    assert totals.loc["MH", "total"] == pytest.approx(size[["b", "d"]].sum())
    assert totals.loc["VD", "total"] == pytest.approx(size[["c", "f"]].sum())
    assert totals["factors"].to_dict() == {"MH": 2, "VD": 2, "BR": 1, "own": 1, "other": 1}
    assert totals["share"].sum() == pytest.approx(1.0)


def test_the_order_of_the_columns_does_not_matter() -> None:
    contributions, features = random_values()
    order = np.array([3, 0, 6, 1, 5, 2, 4])
    names = [NAMES[place] for place in order]
    groups = GROUPS | {"e": "BR", "g": "MH"}
    straight = shap_map(NAMES, contributions, features, groups)
    mixed = shap_map(names, contributions[:, order], features[:, order], groups)
    pd.testing.assert_frame_equal(straight.factors, mixed.factors)


@pytest.mark.parametrize("name", FACTOR_SETS)
def test_the_paper_s_sets_have_a_map_of_five_columns(name) -> None:
    names = factor_set(name)
    result = shap_map(names, *random_values(names))
    assert result.shape == ({40: 8, 43: 9, 44: 9}[len(names)], 5)
    assert set(result.groups["group"]) == {"MH", "VD", "BR"}
    last = result.factors.iloc[-1]
    assert (last["row"] + 1) * 5 >= len(names) > last["row"] * 5


def test_a_feature_that_never_varies_has_no_direction() -> None:
    contributions, features = random_values()
    features[:, 0] = 0.1
    contributions[:, 1] = 0.0
    table = shap_map(NAMES, contributions, features, GROUPS).factors.set_index("factor")
    assert np.isnan(table.loc["a", "directed"])
    assert np.isnan(table.loc["b", "directed"])
    assert table["directed"].notna().sum() == 5
    assert table.loc["b", "mean_abs"] == 0.0


def test_a_score_that_nothing_moves_has_no_shares() -> None:
    _, features = random_values()
    result = shap_map(NAMES, np.zeros(features.shape), features, GROUPS)
    assert result.factors["share"].isna().all()


def test_one_column_for_each_factor() -> None:
    contributions, features = random_values()
    for values, seen in (
        (contributions[:0], features[:0]),
        (contributions[:, 1:], features[:, 1:]),
        (contributions, features[1:]),
    ):
        with pytest.raises(ConfigurationError, match="make no map of 7 factors"):
            shap_map(NAMES, values, seen)
