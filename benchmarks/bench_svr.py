"""Linear support vector regression at size: this project's solver beside scikit-learn's.

All are judged by the same problem, ½‖w‖² + C·Σ max(0, |y − w·x − b| − ε) with C = 1, ε = 0.1
and a free intercept, and by the same proven lower bound: the gap is (P − P_low) / P_low. Rows
are simulated in the shape of real features: z-scored, correlated, fat tails cut at five
deviations; targets are clipped at their 5 and 95 % quantiles and of unit variance. CPU time on
one thread.

``LinearSVR`` penalises the intercept and is stopped after ``SWEEPS`` sweeps, far from done;
the averaged stochastic gradient has its penalty set to 1/(C·n), which makes it the same
problem. ``SVR``, whose time grows with n² and more, is run on fewer rows, beside ours on
the same ones.

Run: ``python benchmarks/bench_svr.py [rows]``.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDRegressor
from sklearn.svm import SVR, LinearSVR
from threadpoolctl import threadpool_limits

from deep_alpha.models.svr_certificate import SupportVectorLine, relative_gap, svr_objective
from deep_alpha.models.svr_solver import fit_support_vector_line

FEATURES, COST, EPSILON, SWEEPS, EPOCHS = 40, 1.0, 0.1, 20, 5
EXACT_ROWS = (5_000, 10_000)

Line = tuple[NDArray[np.float64], float]


@dataclass(frozen=True)
class Record:
    """One row of the table; ``times_slower`` is against ours on the same rows."""

    way: str
    rows: int
    seconds: float
    times_slower: float
    gap: float
    correlation: float


def simulated_rows(rows: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    random = np.random.default_rng(0)
    common = random.normal(size=(rows, 6)) @ random.normal(size=(6, FEATURES))
    features = 0.4 * common + 0.6 * random.standard_t(5, size=(rows, FEATURES))
    features = np.clip(features / features.std(axis=0), -5.0, 5.0).astype(np.float32)
    slopes = 0.03 * random.normal(size=FEATURES)
    target = features @ slopes + 0.7 * random.standard_t(4, size=rows)
    target = np.clip(target, *np.quantile(target, (0.05, 0.95)))
    return features, (target / target.std()).astype(np.float32)


def ours(features: NDArray[np.float32], target: NDArray[np.float32]) -> SupportVectorLine:
    return fit_support_vector_line(features, target, cost=COST, epsilon=EPSILON)


def averaged_gradient(features: NDArray[np.float32], target: NDArray[np.float32]) -> Line:
    machine = SGDRegressor(
        loss="epsilon_insensitive",
        epsilon=EPSILON,
        alpha=1.0 / (COST * len(target)),
        average=True,
        max_iter=EPOCHS,
        tol=None,
        random_state=0,
    )
    machine.fit(features, target)
    return machine.coef_, float(machine.intercept_[0])


def linear_svr(features: NDArray[np.float32], target: NDArray[np.float32]) -> Line:
    machine = LinearSVR(C=COST, epsilon=EPSILON, max_iter=SWEEPS, dual=True, random_state=0)
    machine.fit(features, target)
    return machine.coef_, float(machine.intercept_[0])


def exact_svr(features: NDArray[np.float32], target: NDArray[np.float32]) -> Line:
    machine = SVR(kernel="linear", C=COST, epsilon=EPSILON).fit(features, target)
    return machine.coef_[0], float(machine.intercept_[0])


def run(rows: int = 600_000, exact_rows: tuple[int, ...] = EXACT_ROWS) -> list[Record]:
    """Measure all on one thread."""
    features, target = simulated_rows(rows)
    peers = {
        f"SGDRegressor, averaged, {EPOCHS} epochs": averaged_gradient,
        f"LinearSVR, {SWEEPS} sweeps": linear_svr,
    }
    records = []
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        records += _compared(peers, features, target)
        for few in exact_rows:
            spread = np.arange(few) * rows // few
            records += _compared({"SVR": exact_svr}, features[spread], target[spread])
    return records


def _compared(
    peers: dict[str, Callable[[NDArray[np.float32], NDArray[np.float32]], Line]],
    features: NDArray[np.float32],
    target: NDArray[np.float32],
) -> list[Record]:
    """Ours, and peers by our lower bound; every gap is one of the same problem."""
    ours(features, target)
    started = time.process_time()
    best = ours(features, target)
    our_seconds = time.process_time() - started
    records = [Record("ours", len(target), our_seconds, 1.0, best.gap, 1.0)]
    scores = features @ best.coefficients
    for way, fit in peers.items():
        started = time.process_time()
        coefficients, intercept = fit(features, target)
        seconds = time.process_time() - started
        theirs = features @ coefficients.astype(np.float64)
        residuals = target - theirs - intercept
        value = svr_objective(np.append(coefficients, intercept), residuals, COST, EPSILON)
        assert value >= best.lower_bound, f"{way} went below the lower bound"
        records.append(
            Record(
                way=way,
                rows=len(target),
                seconds=seconds,
                times_slower=seconds / our_seconds,
                gap=relative_gap(value, best.lower_bound),
                correlation=float(np.corrcoef(scores, theirs)[0, 1]),
            )
        )
    return records


def table(records: list[Record]) -> str:
    lines = [
        "| way | rows | CPU seconds | times slower | gap | correlation of scores with ours |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {record.way} | {record.rows:,} | {record.seconds:.3g} | {record.times_slower:,.1f} "
        f"| {record.gap:.0e} | {record.correlation:.4f} |"
        for record in records
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(run(int(sys.argv[1]) if len(sys.argv) > 1 else 600_000)))
