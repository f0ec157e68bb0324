"""Which features Spearman dropout keeps."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from deep_alpha.explain.alphanet.kept import (
    feature_correlation,
    feature_table,
    kept_table,
    operator_table,
)
from tests.explain.alphanet.fitted import fitted


def stored(model: str, fold: str, seed: int, features):
    """A stored fit, of which only the features are asked for."""
    return SimpleNamespace(
        model=model, fold=SimpleNamespace(name=fold), seed=seed, features=lambda: features
    )


def test_every_feature_is_kept_dropped_or_constant():
    features = fitted("V4").features
    table = feature_table(features)
    assert table["place"].tolist() == list(range(208))
    assert tuple(table.loc[table["kept"], "name"]) == features.names
    assert table.loc[table["constant"], "name"].tolist() == [
        "ts_corr(div_open_close,div_price_turnover)",
        "ts_corr(div_vwap_close,div_vwap_close_2)",
    ]
    assert not (table["kept"] & table["constant"]).any()
    assert table["operator"].tolist() == [name.partition("(")[0] for name in table["name"]]


def test_correlations_are_those_that_decided():
    features = fitted("V4").features
    table, square = feature_table(features), feature_correlation(features).set_index("name")
    assert square.index.tolist() == square.columns.tolist() == table["name"].tolist()
    kept = table.loc[table["kept"], "name"]
    among = square.loc[kept, kept].abs().to_numpy() - np.eye(len(kept))
    assert among.max() <= 0.3  # the threshold of this fit
    constant = table.loc[table["constant"], "name"]
    assert square[constant].isna().all(axis=None)
    assert square.loc[constant].isna().all(axis=None)


def test_without_dropout_everything_is_kept_and_nothing_compared():
    features = fitted("V3").features
    assert feature_table(features)["kept"].all()
    assert not feature_table(features)["constant"].any()
    assert feature_correlation(features).empty


def test_operators_count_what_the_headline_network_keeps():
    features = fitted("V4").features
    table = operator_table(features).set_index("operator")
    assert table["features"].to_dict() == {
        "ts_corr": 78, "ts_cov": 78, "ts_stddev": 13, "ts_zscore": 13, "ts_return": 13,
        "ts_decaylinear": 13,
    }  # fmt: skip
    for operator, kept in table["kept"].items():
        assert kept == sum(name.startswith(f"{operator}(") for name in features.names)
    assert table["kept"].sum() == len(features.columns)
    assert operator_table(None)["kept"].isna().all()


def test_kept_sets_are_compared_with_the_model_s_first_fit():
    first, other = fitted("V4").features, fitted("V4", seed=1).features
    rest = replace(first, columns=first.columns[:1])
    whole = fitted("V3").features
    table = kept_table(
        [
            stored("v3", "2020-01", 0, whole),
            stored("v4", "2020-01", 0, first),
            stored("v4", "2020-01", 1, other),
            stored("v4", "live", 0, rest),
        ]
    )
    one, two = set(first.names), set(other.names)
    assert table["kept"].tolist() == [270, len(one), len(two), 1]
    assert table["features"].tolist() == [270, 208, 208, 208]
    assert table["jaccard"].tolist() == pytest.approx(
        [1.0, 1.0, len(one & two) / len(one | two), 1 / len(one)]
    )
    assert table["fold"].tolist() == ["2020-01"] * 3 + ["live"]
    assert kept_table([]).columns.tolist() == table.columns.tolist()
