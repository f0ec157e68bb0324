"""Benchmark weights: what there is decides, weights drift, and nothing comes from later."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr
from pydantic import ValidationError

from deep_alpha.backtest.benchmark import Benchmark, BenchmarkSettings, benchmark_weights
from deep_alpha.errors import ConfigurationError, PanelError
from deep_alpha.market.universe import UniversePolicy
from deep_alpha.panel import build_panel
from tests.conftest import random_panel
from tests.no_future import assert_no_future

NAMES = ["A", "B", "C", "D", "E"]
CAPS = [50.0, 40.0, 30.0, 20.0, 10.0]
EVERYBODY = UniversePolicy(min_bars=1, exclude_at_limit=False)


def market(
    dates: pd.DatetimeIndex,
    close: np.ndarray | None = None,
    cap: np.ndarray | None = None,
    missing: tuple[tuple[int, str], ...] = (),
) -> xr.Dataset:
    """Five assets; days without a bar as (day, asset)."""
    shape = (len(dates), len(NAMES))
    close = np.full(shape, 10.0) if close is None else close
    cap = np.broadcast_to(CAPS, shape) if cap is None else cap
    bars = pd.DataFrame(
        {
            "date": np.repeat(dates, len(NAMES)),
            "asset": np.tile(NAMES, len(dates)),
            **dict.fromkeys(("open", "high", "low", "close"), close.ravel()),
            "volume": 1e6,
            "adj_factor": 1.0,
            "float_cap": cap.ravel(),
        }
    )
    gone = pd.Series(False, index=bars.index)
    for day, asset in missing:
        gone |= (bars["date"] == dates[day]) & (bars["asset"] == asset)
    return build_panel(bars[~gone])


def publications(*rows: tuple[str, str, float]) -> dict[str, pd.DataFrame]:
    table = pd.DataFrame(rows, columns=["date", "asset", "weight"])
    return {"index_weights": table.assign(index="MID", date=pd.to_datetime(table["date"]))}


def spells(*rows: tuple[str, str, str | None], index: str = "BIG") -> dict[str, pd.DataFrame]:
    table = pd.DataFrame(rows, columns=["asset", "start", "end"]).assign(index=index)
    for side in ("start", "end"):
        table[side] = pd.to_datetime(table[side])
    return {"index_members": table}


def weigh(panel: xr.Dataset, tables: dict[str, pd.DataFrame], **settings: object) -> Benchmark:
    return benchmark_weights(panel, tables, BenchmarkSettings(universe=EVERYBODY, **settings))


class TestPublished:
    DATES = pd.bdate_range("2020-01-30", periods=6)  # Thursday … the next Thursday

    def test_weights_drift_by_returns_until_the_next_publication(self):
        random = np.random.default_rng(0)
        close = np.round(10 * np.exp(random.normal(0, 0.05, (6, 5)).cumsum(axis=0)), 2)
        found = weigh(
            market(self.DATES, close),
            publications(
                *(("2020-01-31", name, 0.2) for name in NAMES),
                ("2020-02-05", "A", 0.9),
                ("2020-02-05", "E", 0.1),
            ),
            index="MID",
        )
        held = np.full(5, 0.2)
        for day in (2, 3):  # 31 January is day 1, 5 February day 4
            held = held * close[day] / close[day - 1]
            held = held / held.sum()
            np.testing.assert_allclose(found.weights.iloc[day], held)
        np.testing.assert_allclose(found.weights.iloc[1], 0.2)
        np.testing.assert_allclose(found.weights.iloc[4], [0.9, 0, 0, 0, 0.1])
        assert found.source["source"].tolist() == ["universe", *["index_weights"] * 5]
        assert found.source["set_anew"].tolist() == [True, True, False, False, True, False]
        assert found.source["names"].tolist() == [5, 5, 5, 5, 2, 2]

    def test_a_suspended_name_keeps_its_weight_and_makes_up_when_it_resumes(self):
        close = np.full((6, 5), 10.0)
        close[4:, 0] = 20.0  # A doubles while it is suspended on day 3
        found = weigh(
            market(self.DATES, close, missing=((3, "A"),)),
            publications(("2020-01-31", "A", 0.5), ("2020-01-31", "B", 0.5)),
            index="MID",
        ).weights
        assert found["A"].tolist()[1:] == pytest.approx([0.5, 0.5, 0.5, 2 / 3, 2 / 3])

    def test_strangers_are_dropped_and_sums_scaled_and_both_are_counted(self):
        found = weigh(
            market(self.DATES),
            publications(
                ("2020-01-31", "A", 0.6),
                ("2020-01-31", "B", 0.4),
                ("2020-01-31", "return", 0.024),
                ("2020-02-04", "A", 0.7),
                ("2020-02-04", "B", 0.2998),  # rounded, as published
            ),
            index="MID",
        )
        assert found.weights.loc["2020-01-31"].tolist() == pytest.approx([0.6, 0.4, 0, 0, 0])
        assert found.weights.loc["2020-02-04"].sum() == pytest.approx(1, abs=1e-12)
        assert found.counts == {
            "published rows whose asset is not in the panel, dropped": 1,
            "published sums above 1, scaled": 1,
        }
        assert "1 published rows" in found.description

    def test_a_publication_without_trading_counts_from_the_next_trading_day(self):
        found = weigh(
            market(self.DATES),
            publications(("2020-02-01", "A", 1.0), ("2030-01-01", "B", 1.0)),
            index="MID",
        )
        assert found.weights["A"].tolist()[1:3] == pytest.approx([1 / 3, 1.0])
        assert found.weights["B"].iloc[-1] == 0  # not published yet

    def test_a_publication_of_strangers_alone_is_an_error(self):
        with pytest.raises(PanelError, match="MID, 2020-01-31: none of its 1 assets"):
            weigh(market(self.DATES), publications(("2020-01-31", "X", 1.0)), index="MID")


class TestMembers:
    DATES = pd.bdate_range("2020-01-01", periods=6)

    def test_members_by_float_cap_set_anew_when_membership_changes(self):
        cap = np.tile(CAPS, (6, 1))
        cap[4:, 0] = 500.0
        found = weigh(
            market(self.DATES, cap=cap),
            spells(("A", "2019-01-01", None), ("B", "2019-01-01", "2020-01-06"), index="MID"),
            index="MID",
        )
        # B's last day, the 6th, is day 3; until then the caps of day 0 hold.
        assert found.weights["A"].tolist() == pytest.approx([5 / 9] * 4 + [1.0] * 2)
        assert set(found.source["source"]) == {"members"}
        assert found.source["set_anew"].tolist() == [True, False, False, False, True, False]

    def test_a_suspended_member_counts_with_its_last_cap(self):
        found = weigh(
            market(self.DATES, missing=((2, "A"),)),
            spells(
                ("A", "2019-01-01", None),
                ("B", "2019-01-01", None),
                ("C", "2020-01-03", None),
                index="MID",
            ),
            index="MID",
        )
        assert found.weights.iloc[2].tolist() == pytest.approx([5 / 12, 4 / 12, 3 / 12, 0, 0])

    def test_a_member_without_any_cap_is_left_out_and_counted(self):
        found = weigh(
            market(self.DATES, missing=tuple((day, "A") for day in range(3))),
            spells(("A", "2019-01-01", None), ("B", "2019-01-01", None), index="MID"),
            index="MID",
        )
        assert found.weights.iloc[-1].tolist() == [0, 1, 0, 0, 0]
        assert found.counts == {"members without a float cap, left out": 1}


class TestStandIn:
    DATES = pd.bdate_range("2020-06-26", "2020-07-06")  # 1 July, a Wednesday, is day 3

    def test_the_next_largest_after_the_members_chosen_anew_twice_a_year(self):
        cap = np.tile(CAPS, (len(self.DATES), 1))
        cap[1:, 4] = 60.0  # E grows large on day 1, and is not in before July
        close = np.full(cap.shape, 10.0)
        close[2:, 1] = 20.0
        found = weigh(
            market(self.DATES, close, cap),
            spells(("A", "2019-01-01", None)),
            index="MID",
            after="BIG",
            size=2,
        )
        weights = found.weights.to_numpy()
        np.testing.assert_allclose(weights[0], [0, 4 / 7, 3 / 7, 0, 0])
        np.testing.assert_allclose(weights[2], [0, 8 / 11, 3 / 11, 0, 0])
        np.testing.assert_allclose(weights[3:], [[0, 0.4, 0, 0, 0.6]] * (len(weights) - 3))
        assert set(found.source["source"]) == {"stand_in"}
        assert np.flatnonzero(found.source["set_anew"]).tolist() == [0, 3]
        assert "the 2 largest names by float cap after the members of BIG" in found.description

    def test_other_months_choose_nobody(self):
        dates = pd.bdate_range("2020-07-30", "2020-09-02")
        found = weigh(market(dates), {}, reset_months=(7, 9))
        anew = found.source.index[found.source["set_anew"]]
        assert anew.tolist() == [dates[0], pd.Timestamp("2020-09-01")]

    def test_publications_take_over_and_members_of_the_index_go_before_a_stand_in(self):
        tables = publications(("2020-07-02", "D", 1.0))
        both = pd.concat(
            [
                spells(("A", "2019-01-01", None))["index_members"],
                spells(("E", "2020-06-30", None), index="MID")["index_members"],
            ]
        )
        found = weigh(
            market(self.DATES), tables | {"index_members": both}, index="MID", after="BIG"
        )
        expected = [*["stand_in"] * 2, *["members"] * 2, *["index_weights"] * 3]
        assert found.source["source"].tolist() == expected
        assert found.weights["E"].tolist()[2:5] == [1, 1, 0]

    def test_only_eligible_names_are_chosen(self):
        found = benchmark_weights(
            market(self.DATES, missing=((0, "B"),)),
            spells(("A", "2019-01-01", None)),
            BenchmarkSettings(after="BIG", size=1, universe=EVERYBODY),
        )
        assert found.weights.iloc[0].tolist() == [0, 0, 1, 0, 0]


class TestUniverse:
    DATES = pd.bdate_range("2020-03-02", periods=8)

    def test_without_an_index_the_eligible_names_by_float_cap(self):
        found = weigh(market(self.DATES), {})
        np.testing.assert_allclose(found.weights.iloc[-1], np.array(CAPS) / 150)
        assert found.description.startswith("no index: names weighted by float cap")

    def test_a_band_of_ranks(self):
        found = weigh(market(self.DATES), {}, band=(2, 3))
        np.testing.assert_allclose(found.weights.iloc[0], [0, 4 / 7, 3 / 7, 0, 0])

    def test_there_is_no_benchmark_before_anybody_is_eligible(self):
        old = UniversePolicy(min_bars=4)
        found = benchmark_weights(market(self.DATES), {}, BenchmarkSettings(universe=old))
        assert found.weights.iloc[:3].isna().to_numpy().all()
        assert found.weights.iloc[3:].sum(axis=1).tolist() == pytest.approx([1.0] * 5)
        assert found.source["source"].tolist() == ["none"] * 3 + ["universe"] * 5
        assert found.source["set_anew"].sum() == 1
        assert "none yet on 3 days" in found.description


@pytest.mark.parametrize("asked", [{"index": "NONE"}, {"index": "MID", "after": "NONE"}])
def test_an_index_that_no_table_knows_is_an_error(asked):
    tables = publications(("2020-01-31", "A", 1.0)) | spells(("A", "2019-01-01", None))
    with pytest.raises(ConfigurationError, match="'NONE'"):
        weigh(market(TestPublished.DATES), tables, **asked)


@pytest.mark.parametrize("wrong", [{"band": (3, 2)}, {"reset_months": (0,)}, {"size": 0}])
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValidationError):
        BenchmarkSettings(**wrong)


SOURCES = {
    "index_weights": {"index": "MID"},
    "members": {"index": "SMALL"},
    "stand_in": {"after": "BIG", "size": 4},
    "universe": {},
}


@pytest.mark.parametrize("source", SOURCES)
def test_nothing_comes_from_the_future(source):
    def build(panel: xr.Dataset) -> xr.Dataset:
        names = panel["asset"].to_numpy().astype(str)
        tables = publications(
            *((day, name, 0.25) for day in ("2019-02-01", "2019-05-01") for name in names[:4])
        )
        big = spells((names[8], "2018-01-01", None))["index_members"]
        small = spells(
            *((name, "2018-01-01", "2019-04-30") for name in names[:3]),
            (names[4], "2019-03-01", None),
            index="SMALL",
        )["index_members"]
        tables["index_members"] = pd.concat([big, small])
        found = weigh(panel, tables, reset_months=(1, 3, 5, 7), **SOURCES[source])
        assert source in set(found.source["source"])
        return xr.Dataset(
            {
                "weights": (("date", "asset"), found.weights.to_numpy()),
                "anew": (("date",), found.source["set_anew"].to_numpy()),
            },
            coords={"date": panel["date"], "asset": panel["asset"]},
        )

    assert_no_future(build, random_panel(), cuts=(30, 80, 120))


@pytest.mark.real
def test_the_published_index_is_tracked_by_its_weights(real_data):
    first, last = pd.Timestamp("2020-02-28"), pd.Timestamp("2020-05-29")
    bars = pq.read_table(
        real_data / "ashare" / "bars.parquet", filters=[("date", ">=", first), ("date", "<=", last)]
    ).to_pandas()
    tables = {
        name: pd.read_parquet(real_data / "ashare" / f"{name}.parquet")
        for name in ("index_weights", "index_levels")
    }
    panel = build_panel(bars)
    found = benchmark_weights(panel, tables, BenchmarkSettings(index="CSI500"))
    assert found.counts["published rows whose asset is not in the panel, dropped"] > 0  # 'return'
    close = panel["close"].ffill("date").to_numpy()
    steps = np.nan_to_num(close[1:] / close[:-1] - 1)
    own = pd.Series((found.weights.to_numpy()[:-1] * steps).sum(axis=1), found.weights.index[1:])
    levels = tables["index_levels"]
    levels = levels[levels["index"] == "CSI500"]
    closes = pd.Series(levels["close"].to_numpy(), pd.DatetimeIndex(levels["date"]))
    gap = own - closes.reindex(found.weights.index).pct_change().iloc[1:]
    assert gap.std() * np.sqrt(242) < 0.015
    assert own.std() * np.sqrt(242) > 0.2
