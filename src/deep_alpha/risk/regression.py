"""Daily factor returns and specific returns by weighted regression (SPEC 2.7)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from deep_alpha.errors import PanelError
from deep_alpha.kernels import cross_section as kernel
from deep_alpha.risk.cross_section_inputs import Array, CrossSectionInputs, read_inputs
from deep_alpha.risk.cross_section_results import CrossSections, DailyResults

NO_RETURNS = "no finite returns"
NOBODY = "no name with return, exposures, cap and industry in the estimation"
TOO_FEW_NAMES = "no more names in the estimation than factors to estimate"


def fit_cross_sections(
    returns: Array,
    exposures: Array,
    industry: Array,
    cap: Array,
    *,
    estimation: Array | None = None,
    industries: int | None = None,
    threads: int = 1,
) -> CrossSections:
    """Regress each day's returns on that day's row of exposures.

    For every day, with weights w = √cap and s_i the share of industry i in the cap of the
    names in the estimation,

        r_n = f_country + f_industry(n) + Σ_q X_nq f_q + u_n,   Σ_i s_i f_i = 0.

    Row t is regressed on row t: lagging and standardising exposures, taking out the
    risk-free rate and clipping are the caller's.

    *How it is solved.* Country and industry columns span what one intercept g_i for each
    industry spans, so both models have the same fit: g_i = f_country + f_i. Weighted with
    s_i and summed, the constraint gives f_country = Σ s_i g_i, and f_i = g_i − f_country.
    The model with intercepts falls apart (Frisch–Waugh): f solves the normal equations of
    returns and exposures less their weighted industry means, and g_i = mean r_i −
    mean X_i f. Standard errors follow from Var(f) = σ² C, with C the inverse normal
    matrix, and from mean r_i being uncorrelated with f; σ² = Σ w u² ÷ (names − free factors).
    All of it equals the substitution f = R g of SPEC 2.7.

    A name takes part in the estimation if ``estimation`` says so and its return, exposures,
    industry and a positive cap are known. A style is collinear if industries and earlier
    styles leave at most 1e-10 of its weighted sum of squares about its mean, or if it is
    constant; it is left out. A day is skipped if not one name more takes part than there are
    factors to estimate: industries with a name, and styles.

    Args:
        returns: Shape (T, N); NaN = no value, here and below. As all arrays: numpy, or
            a DataArray with dims ``date`` and ``asset`` in any order.
        exposures: Shape (T, N, Q), float32 or float64. Never copied as a whole: a transposed
            view is as good.
        industry: Shape (N,) or (T, N), codes 0 … P − 1; -1 or NaN = none.
        cap: Shape (T, N), in any currency; names without a positive cap are left out of the
            estimation.
        estimation: Shape (T, N), booleans; None for everyone.
        industries: P, if it is more than the largest code + 1: then the last ones are empty.
        threads: Threads to use; results are the same to the last bit.

    Returns:
        Factor returns, residuals and their statistics, float64.

    Raises:
        PanelError: Shapes or labels do not agree, a value is infinite, industries are no
            codes, or there is no cap at all.
    """
    inputs = read_inputs(returns, exposures, industry, cap, estimation, industries)
    days, names = inputs.returns.shape
    styles = len(inputs.labels.styles)
    result = DailyResults.empty(days, names, inputs.industries, styles)
    bounds = np.linspace(0, days, max(1, min(threads, days)) + 1).astype(int).tolist()

    def fit(first: int, last: int) -> None:
        workspace = _workspace(names, inputs.industries, styles)
        for day in range(first, last):
            _fit_day(day, inputs, workspace, result)

    if len(bounds) == 2:
        fit(*bounds)
    else:
        with ThreadPoolExecutor(len(bounds) - 1) as pool:
            list(pool.map(fit, bounds[:-1], bounds[1:]))
    return result.labelled(inputs.labels)


def _workspace(names: int, industries: int, styles: int) -> kernel.DayLayout:
    """Memory of one thread, used again for every day."""
    return kernel.DayLayout(
        starts=np.empty(industries + 1, dtype=np.int64),
        columns=np.zeros((styles + 1 + (styles + 1) % 2, names)),
        weight=np.empty(names),
        asset=np.empty(names, dtype=np.int64),
        capital=np.empty(industries),
    )


def _fit_day(
    day: int, inputs: CrossSectionInputs, layout: kernel.DayLayout, result: DailyResults
) -> None:
    exposures = inputs.exposures[day]
    returned, estimated, present, infinite = kernel.lay_out(
        inputs.returns[day],
        exposures,
        inputs.industry[day],
        inputs.cap[day],
        inputs.estimation[day],
        layout,
    )
    if infinite >= 0:
        raise PanelError(_name_infinite(day, infinite, inputs))
    result.observations[day] = estimated
    if returned == 0:
        result.skipped[day] = NO_RETURNS
        return
    if estimated <= present + exposures.shape[1]:
        result.skipped[day] = TOO_FEW_NAMES if estimated else NOBODY
        return
    place = kernel.DayFit(*(getattr(result, name)[day] for name in kernel.DayFit._fields))
    result.r_squared[day], kept = kernel.fit(layout, estimated, place)
    result.collinear[day] = ~kept


def _name_infinite(day: int, infinite: int, inputs: CrossSectionInputs) -> str:
    styles = inputs.labels.styles
    name, what = divmod(infinite, len(styles) + 2)
    array = {kernel.RETURN: "returns", kernel.CAP: "cap"}.get(what, "exposures")
    style = f", style {styles[what - kernel.EXPOSURE]}" if what >= kernel.EXPOSURE else ""
    return f"{array}: infinite at {inputs.place(day, name)}{style}; NaN stands for no value"
