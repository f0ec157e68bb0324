"""Where each branch lies in a sample of all branches."""

import pytest
import torch
from pydantic import ValidationError

from deep_alpha.models.alphanet.branches import (
    Branch,
    cut,
    cuts,
    distinct_windows,
    union_offsets,
)
from deep_alpha.models.alphanet.v1 import V1_BRANCHES
from deep_alpha.models.alphanet.v2 import V2_BRANCHES
from deep_alpha.models.alphanet.v3 import V3_BRANCHES
from deep_alpha.models.alphanet.v4 import V4_BRANCHES, V4_TABLE34_BRANCHES


def branch(window, steps, stride):
    return Branch(window=window, steps=steps, stride=stride)


def coded(branches, columns):
    """One sample whose numbers tell days back (thousands), window (tens) and column."""
    days = torch.tensor(union_offsets(branches))[:, None, None]
    windows = torch.tensor(distinct_windows(branches))[:, None]
    values = 1000 * days + 10 * windows + torch.arange(columns)
    return values.flatten(1)[None]


def test_steps_end_on_the_samples_own_day():
    assert branch(10, 3, 10).offsets == (20, 10, 0)
    assert branch(5, 1, 7).offsets == (0,)
    assert branch(2, 20, 1).offsets == tuple(range(19, -1, -1))


@pytest.mark.parametrize(
    ("branches", "days"),
    [
        (V1_BRANCHES, [31]),
        (V2_BRANCHES, [31]),
        (V3_BRANCHES, [31, 31]),
        (V4_BRANCHES, [30, 22, 25, 42]),
        (V4_TABLE34_BRANCHES, [30, 25, 40]),
    ],
)
def test_raw_history_is_the_papers(branches, days):
    assert [each.history for each in branches] == days


def test_the_first_step_of_a_branch_reads_its_oldest_day():
    # The oldest step ends `offsets[0]` days back and its ts_return reads `window` days more.
    for each in V3_BRANCHES + V4_BRANCHES:
        assert each.history == each.offsets[0] + each.window + 1


def test_the_union_is_oldest_first_and_has_no_day_twice():
    assert union_offsets(V3_BRANCHES) == (25, 20, 15, 10, 5, 0)
    assert union_offsets([branch(2, 3, 2), branch(3, 3, 3)]) == (6, 4, 3, 2, 0)


def test_windows_keep_the_branches_order():
    assert distinct_windows(V4_BRANCHES) == (10, 2, 5, 22)
    assert distinct_windows([branch(5, 3, 1), branch(2, 3, 1), branch(5, 6, 1)]) == (5, 2)


@pytest.mark.parametrize(
    "branches",
    [
        V3_BRANCHES,
        V4_BRANCHES,
        # Steps of the second branch that are not evenly spaced among those of both.
        [branch(2, 3, 2), branch(3, 3, 3)],
        # Two branches of one window share its columns.
        [branch(5, 2, 1), branch(2, 2, 1), branch(5, 4, 1)],
    ],
)
def test_a_branch_finds_its_days_and_its_windows_columns(branches):
    columns = 3
    found = cuts(branches, columns)
    for each, where in zip(branches, found, strict=True):
        expected = [
            [1000 * days + 10 * each.window + column for column in range(columns)]
            for days in each.offsets
        ]
        assert cut(coded(branches, columns), where)[0].tolist() == expected


def test_evenly_spaced_steps_are_a_view():
    values = coded(V3_BRANCHES, 3)
    memory = values.untyped_storage().data_ptr()
    for where in cuts(V3_BRANCHES, 3):
        assert cut(values, where).untyped_storage().data_ptr() == memory


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"window": 1}, "greater than or equal to 2"),
        ({"steps": 0}, "greater than or equal to 1"),
        ({"stride": 0}, "greater than or equal to 1"),
        ({"step": 3}, "Extra inputs are not permitted"),
    ],
)
def test_wrong_branches_are_refused(wrong, message):
    with pytest.raises(ValidationError, match=message):
        Branch.model_validate({"window": 10, "steps": 3, "stride": 10} | wrong)
