import numpy as np
import pandas as pd
import pytest

from deep_alpha.errors import DeepAlphaError
from deep_alpha.evaluation.frames import aligned

DATES = pd.bdate_range("2020-01-01", periods=3)
LEFT = pd.DataFrame([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], DATES, ["B", "A"])


def test_values_on_the_shared_labels_in_the_order_of_the_first():
    right = pd.DataFrame([[True, False]] * 2, DATES[[2, 1]], ["A", "B"])
    dates, assets, (ours, theirs) = aligned(left=LEFT, right=right)
    assert list(dates) == list(DATES[1:])
    assert list(assets) == ["B", "A"]
    assert ours.tolist() == [[3, 4], [5, 6]]
    assert theirs.tolist() == [[0, 1], [0, 1]]
    assert ours.dtype == theirs.dtype == np.float64
    assert ours.flags.c_contiguous


def test_missing_values_of_any_type_are_nan():
    _, _, (values,) = aligned(left=pd.DataFrame({"A": [1, None]}, DATES[:2], dtype="Int64"))
    np.testing.assert_array_equal(values, [[1], [np.nan]])


def test_repeated_and_foreign_labels_are_refused():
    with pytest.raises(DeepAlphaError, match=r"^right holds the asset A twice: keep one row or"):
        aligned(left=LEFT, right=LEFT.rename(columns={"B": "A"}))
    with pytest.raises(
        DeepAlphaError, match=r"^left and right share no asset: check their labels$"
    ):
        aligned(left=LEFT, right=LEFT.add_suffix(".SZ"))
    with pytest.raises(DeepAlphaError, match=r"^left and right share no date: check their labels$"):
        aligned(left=LEFT, right=LEFT.shift(9, freq="B"))
