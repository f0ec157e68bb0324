"""The pictures of paper 001's page can be drawn and show what they were given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from deep_alpha.reporting import AlphaNetInputs
from deep_alpha.reporting.alphanet_reading import AlphaNetReading
from deep_alpha.reporting.blocks import Picture, pictures_of
from deep_alpha.reporting.figures.attention import attention_by_step
from deep_alpha.reporting.figures.feature_map import feature_map, square
from deep_alpha.reporting.figures.importance import TOP, top_features
from deep_alpha.reporting.figures.ladder import ladder_dots
from deep_alpha.reporting.figures.look import DARK, LIGHT, NARROW, WIDE, Look
from deep_alpha.reporting.figures.loss_curves import loss_curves
from deep_alpha.reporting.figures.norm_histograms import norm_histograms, ranges
from deep_alpha.reporting.figures.sample_image import sample_image
from deep_alpha.reporting.palette import Hue
from deep_alpha.reporting.sections.alphanet import alphanet_sections

from .fake_alphanet import PAPER

HUE = Hue("#0068ad", "#56b4f2")
LOOKS = [Look(LIGHT, WIDE), Look(DARK, NARROW)]
THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def pictures(alphanet_inputs: AlphaNetInputs) -> dict[str, Picture]:
    sections = alphanet_sections(AlphaNetReading(alphanet_inputs))
    found = [picture for section in sections for picture in pictures_of(section.blocks)]
    assert len({picture.name for picture in found}) == len(found)
    return {picture.name: picture for picture in found}


def test_every_counterpart_has_its_picture(pictures: dict[str, Picture]) -> None:
    names = [model.replace("_", "-") for model in PAPER]
    assert set(pictures) == {
        "sample-image", "inputs-v1", "inputs-v2", "inputs-paper13", "feature-correlation",
        "norms", "ladder", "alphanet-bases", "alphanet-cumulative", "alphanet-layers",
        "alphanet-layer-curves", "alphanet-layer-curves-others", "alphanet-enhancement",
        "importance-top", "branch-weights-alphanet-v3", "attention-alphanet-v4",
        *(f"importance-operators-{name}" for name in names[2:]),
        *(f"network-{name}" for name in names),
        *(f"learning-{name}" for name in names),
        "loss-sequence", "loss-inputs", "loss-random-sampling", "loss-spearman-dropout",
        "loss-windows", "loss-transformer-residual", "loss-attention",
    }  # fmt: skip


def test_figures_have_the_papers_numbers(pictures: dict[str, Picture]) -> None:
    numbers = {
        "inputs-v1": "4-2", "inputs-v2": "4-2", "inputs-paper13": "4-3", "norms": "3-5",
        "network-alphanet-v4": "3-1", "loss-sequence": "4-1", "loss-inputs": "4-3",
        "loss-random-sampling": "4-5", "loss-spearman-dropout": "4-6", "loss-windows": "4-9",
        "loss-transformer-residual": "4-10", "loss-attention": "4-11",
        "alphanet-layer-curves": "5-1", "importance-top": "5-2",
        "branch-weights-alphanet-v3": "4-8",
    }  # fmt: skip
    for name, number in numbers.items():
        assert pictures[name].caption.startswith(f"Figure {number}"), name


def test_all_pictures_say_what_they_show(pictures: dict[str, Picture]) -> None:
    for picture in pictures.values():
        assert len(picture.alt) > 20
        assert picture.provenance


def test_the_pages_own_pictures_can_be_drawn(pictures: dict[str, Picture]) -> None:
    own = [p for name, p in pictures.items() if not name.startswith(("learning", "loss"))]
    own += [pictures["loss-random-sampling"], pictures["learning-alphanet-v1"]]
    for place, picture in enumerate(own):
        look = Look((LIGHT, DARK)[place % 2], WIDE if picture.wide and place % 3 else NARROW)
        with look.style():
            picture.draw(look).draw_without_rendering()


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow"])
def test_a_sample_reads_from_left_to_right(look: Look) -> None:
    sample = pd.DataFrame(
        [("close", 0, 1.5), ("close", 1, -1.0), ("turnover", 0, 0.5), ("turnover", 1, np.nan)],
        columns=["input", "day", "scaled"],
    )
    with look.style():
        axis = sample_image(sample, "600519", look).axes[0]
    shown = axis.images[0].get_array()
    assert shown.tolist() == [[-1.0, 1.5], [None, 0.5]]
    assert axis.images[0].get_extent()[:2] == [-1.5, 0.5]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["close", "turnover"]


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow"])
def test_the_kept_features_are_marked_and_shown_alone(look: Look) -> None:
    names = ["ts_corr(a,b)", "ts_corr(a,c)", "ts_cov(a,b)", "ts_stddev(a)"]
    features = pd.DataFrame(
        {
            "name": names,
            "operator": [name.partition("(")[0] for name in names],
            "kept": [True, False, False, True],
            "constant": [False, False, True, False],
            "place": range(4),
        }
    )
    correlation = pd.DataFrame(
        [[1, 0.9, np.nan, 0.2], [0.9, 1, np.nan, 0.3], [np.nan] * 4, [0.2, 0.3, np.nan, 1]],
        columns=names,
    ).assign(name=names)
    with look.style():
        whole, chosen = feature_map(square(correlation, names), features, look).axes[:2]
    assert whole.images[0].get_array().mask.sum() == 7
    assert chosen.images[0].get_array().tolist() == [[1.0, 0.2], [0.2, 1.0]]
    down, across = whole.lines
    assert down.get_xdata().tolist() == across.get_ydata().tolist() == [0, 3]
    assert [label.get_text() for label in whole.get_xticklabels()] == [
        "ts_corr", "ts_cov", "ts_stddev",
    ]  # fmt: skip
    assert chosen.get_title(loc="left") == "the 2 that are kept"


def test_histograms_state_their_range() -> None:
    norms = pd.DataFrame(
        [("ts_stddev", "before", 0.0, 1.0e7, 0.9), ("ts_stddev", "before", 1.0e7, 2.3e7, 0.1),
         ("ts_stddev", "after", -1.5, 2.0, 1.0)],
        columns=["operator", "stage", "low", "high", "share"],
    )  # fmt: skip
    look = LOOKS[0]
    with look.style():
        before, after = norm_histograms(norms, {"ts_stddev": HUE}, look).axes[:2]
    assert before.get_title(loc="left").endswith(
        "2.3 × 10⁷".replace(" ", "\N{NARROW NO-BREAK SPACE}")
    )
    assert [patch.get_height() for patch in before.patches] == [0.9, 0.1]
    assert after.get_xlim() == (-1.5, 2.0)
    assert ranges(norms) == {
        ("ts_stddev", "before"): (0.0, 2.3e7), ("ts_stddev", "after"): (-1.5, 2.0),
    }  # fmt: skip


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow"])
def test_rungs_are_dots_and_an_unknown_one_is_not_drawn(look: Look) -> None:
    rungs = pd.DataFrame(
        {
            "variant": ["V3", "+ weights", "+ stop"],
            "train_error": [0.98, np.nan, 0.97],
            "valid_error": [0.999, 1.2, 0.998],
            "rank_ic": [0.05, -0.02, 0.06],
            "residual_ic": [0.04, -0.01, np.nan],
        }
    )
    with look.style():
        errors, ics = ladder_dots(rungs, HUE, look).axes[:2]
    dots = [line for axis in (errors, ics) for line in axis.lines if line.get_marker() == "o"]
    assert [line.get_xdata().tolist() for line in dots] == [
        [0.999, 1.2, 0.998], [0.98, 0.97], [0.05, -0.02, 0.06], [0.04, -0.01],
    ]  # fmt: skip
    assert dots[1].get_ydata().tolist() == [0, 2]
    assert to_hex(dots[0].get_markerfacecolor()) == look.colour(HUE)
    assert to_hex(dots[1].get_markerfacecolor()) == look.theme.card


def losses(**errors: list[list[float]]) -> pd.DataFrame:
    """Histories of variants, a list of validation errors a seed."""
    rows = [
        (variant, "2018H2", seed, epoch + 1, error - 0.1, error)
        for variant, runs in errors.items()
        for seed, run in enumerate(runs)
        for epoch, error in enumerate(run)
    ]
    columns = ["variant", "fold", "seed", "epoch", "train_error", "valid_error"]
    return pd.DataFrame(rows, columns=columns)


def test_a_variant_is_the_median_of_its_fits_and_an_ensemble_a_level() -> None:
    look, history = LOOKS[0], losses(full=[[1.0, 0.9]], some=[[1.1, 1.0], [1.7, 1.2], [1.2]])
    with look.style():
        figure = loss_curves(history, ["full", "some", "together"], {"together": 0.85}, look)
    train, valid = figure.axes[:2]
    thick = [line.get_ydata().tolist() for line in valid.lines if line.get_linewidth() == 1.6]
    assert thick[0] == [1.0, 0.9]
    assert thick[1] == pytest.approx([1.2, 1.1])
    assert len([line for line in valid.lines if line.get_linewidth() == 0.7]) == 3
    level = valid.lines[-1]
    assert (level.get_ydata()[0], level.get_linestyle()) == (0.85, "--")
    assert train.lines[-1].get_linestyle() == "-"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "full", "some", "together",
    ]  # fmt: skip
    assert valid.get_ylim()[0] < 0.85


def test_a_wild_first_epoch_does_not_flatten_the_others() -> None:
    look = LOOKS[0]
    run = [900.0, *np.linspace(1.01, 0.99, 20)]
    with look.style():
        valid = loss_curves(losses(full=[run]), ["full"], {}, look).axes[1]
    assert valid.get_ylim()[1] < 1.2


def test_the_largest_features_come_first_and_are_no_more_than_thirty() -> None:
    random = np.random.default_rng(1)
    weight = random.uniform(size=40)
    importance = pd.DataFrame(
        {
            "feature": [f"ts_corr(a,{number})" for number in range(40)],
            "operator": "ts_corr",
            "weight": weight / weight.sum(),
            "gradient": np.full(40, 1 / 40),
        }
    )
    for look in LOOKS:
        with look.style():
            axis = top_features(importance, {"ts_corr": HUE}, "v4", look).axes[0]
        widths = [patch.get_width() for patch in axis.patches]
        assert widths == sorted((weight / weight.sum()).tolist(), reverse=True)[:TOP]
        first = axis.get_yticklabels()[0].get_text()
        assert first.replace("\n", "") == f"ts_corr(a,{int(weight.argmax())})"
        assert axis.lines[0].get_xdata() == pytest.approx(np.full(TOP, 1 / 40))


def test_attention_runs_towards_the_samples_own_day() -> None:
    attention = pd.DataFrame(
        {"back": [0, 1], "weight": [0.7, 0.3], "low": [0.6, 0.2], "high": [0.8, 0.4]}
    )
    look = LOOKS[1]
    with look.style():
        axis = attention_by_step(attention, "v4", HUE, look).axes[0]
    assert axis.lines[0].get_xdata().tolist() == [-1, 0]
    assert axis.lines[0].get_ydata().tolist() == [0.3, 0.7]
    assert axis.lines[1].get_ydata()[0] == 0.5
