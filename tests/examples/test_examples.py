"""The examples that the documentation shows do what it says of them."""

import numpy as np
import pandas as pd
import pytest

from deep_alpha.factors.features import own_factors
from deep_alpha.models.contract import FitContext, Fitted
from tests.examples.own_factor import DAYS, illiquidity
from tests.examples.own_model import ICWeighted
from tests.factors.panels import random_panel
from tests.models.days import mean_rank_ic, planted
from tests.no_future import assert_no_future


def test_the_model_weighs_features_by_their_train_ic(tmp_path):
    train, fresh = planted(seed=1), planted(seed=3)
    fitted = ICWeighted().fit(train, planted(seed=2), {}, 0, FitContext())
    assert isinstance(fitted, Fitted)
    for feature, weight in enumerate(fitted.weights):
        assert weight == pytest.approx(mean_rank_ic(train.features[:, feature], train), abs=1e-6)
    assert mean_rank_ic(fitted.predict(fresh), fresh) > 0.4

    fitted.save(tmp_path)
    np.testing.assert_array_equal(ICWeighted().load(tmp_path).weights, fitted.weights)


@pytest.fixture(scope="module")
def panel():
    panel = random_panel(dates=120, assets=20)
    money = np.where(panel["traded"], 1e6 * (1 + panel["turnover"].fillna(0)), np.nan)
    panel["amount"] = (("date", "asset"), money.astype(np.float32))
    return panel


def test_the_factor_is_found_by_its_import_path(panel):
    found = own_factors(panel, {"illiquidity": "tests.examples.own_factor.illiquidity"})
    np.testing.assert_array_equal(found["illiquidity"], illiquidity(panel).to_numpy())


def test_the_factor_counts_the_assets_own_traded_days(panel):
    values = illiquidity(panel).to_pandas()
    for asset in ("A000", "A016"):
        own = pd.DataFrame(
            {name: panel[name].sel(asset=asset).to_series() for name in ("close", "amount")}
        ).dropna()
        moves = own["close"].pct_change(fill_method=None).abs() / own["amount"]
        expected = np.log(moves.iloc[-DAYS:].mean())
        assert values[asset].dropna().iloc[-1] == pytest.approx(expected)


def test_the_factor_knows_nothing_of_the_future(panel):
    assert_no_future(illiquidity, panel)
