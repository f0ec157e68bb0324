"""Paper 000 against this project: every point that is open, wrong or departed from.

One catalogue, in the order of SPEC section 1; docs/paper-000.md prints the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """One point of the paper.

    Args:
        id: Its mark, such as ``000-M1``.
        says: What the paper says.
        problem: Why that can not simply be done; empty where it just leaves something open.
        decision: What is done here, and the setting that changes it.
    """

    id: str
    says: str
    problem: str
    decision: str


QUESTIONS: tuple[Question, ...] = (
    Question(
        "000-P1",
        "rank(…)",
        "could be a stock's rank in its own history, which would leak",
        "cross-sectional percentile of the day",
    ),
    Question(
        "000-P2",
        "macd_diff",
        "MACD line, histogram or twice the histogram",
        "histogram: a golden cross is its change of sign",
    ),
    Question(
        "000-P3",
        "divisions by RSI and MACD",
        "poles: one stock flattens a day's z-scores",
        "clip each day at 5 MAD before the z-score; winsor: none is literal",
    ),
    Question("000-P4", "macd_diff / Volume", "volume 0", "missing, then the mean"),
    Question(
        "000-P5",
        "+0.001 in high − low + 0.001",
        "weighs more where prices are low",
        "literal; scale_free: true measures prices in the day's close",
    ),
    Question(
        "000-P6",
        "price differences, std and MACD in currency",
        "partly a factor of the price level",
        "literal; scale_free: true measures prices in the day's close; the table of factors has "
        "the IC of both",
    ),
    Question("000-F1", "40 factors; the table has 43", "which 40?", "table40, four other sets"),
    Question(
        "000-F2",
        "names in the text only",
        "older variants",
        "momentum5_rank is row 6, volatility_10d row 10, volume_above_adv20 row 44",
    ),
    Question(
        "000-F3",
        "over 20 alpha factors and several technical indicators",
        "elsewhere they are 40 factors",
        "a description of the same 40",
    ),
    Question(
        "000-F4",
        "three lists of the crowd's patterns",
        "they differ from each other",
        "three groups of factors; four behavioural indicators, which feed the scenario models",
    ),
    Question(
        "000-F5",
        "40 factors",
        "no level of turnover, no volatility free of scale",
        "36 columns of our own beside them, in models of their own, outside the paper's tables",
    ),
    Question(
        "000-M1",
        "loss = MSE + 0.5 BCE on returns",
        "the cross-entropy is 99 % of the loss",
        "mlp_literal does so; mlp_std divides returns by their train sd, mlp_rank takes ranks: "
        "both losses on one scale",
    ),
    Question(
        "000-M1b",
        "early stopping on RMSE",
        "the market's mean dominates it: the best epoch is often the first",
        "mlp_rank: rank targets, stopping on rank IC",
    ),
    Question(
        "000-M2",
        "“up” is a return above 0",
        "z-scored inputs know nothing of the market's direction",
        "literal in mlp_literal and mlp_std; above the day's median in mlp_rank",
    ),
    Question("000-M3", "no batch size, no epochs", "", "1024, at most 200, rows shuffled"),
    Question(
        "000-M4",
        "early stopping on the data that is reported",
        "selection on the test",
        "walk-forward folds with a validation of their own; the paper's split is "
        "profile=paper_literal, watermarked",
    ),
    Question(
        "000-M5",
        "returns clipped at 5 and 95 %",
        "quantiles of which sample?",
        "of train labels; judged on unclipped returns",
    ),
    Question(
        "000-M6", "z-score", "over what?", "the day's eligible names, population standard deviation"
    ),
    Question(
        "000-M7",
        "five-day return",
        "from which price?",
        "close to close for fitting and IC; portfolios enter at the next open",
    ),
    Question(
        "000-M8",
        "the CNN's layers have one output; its figures say dual-task",
        "one head or two?",
        "cnn has one, cnn_dual two",
    ),
    Question(
        "000-M9",
        "T × F input in one place, 40 × 1 in another",
        "a convolution along factors depends on their order",
        "40 × 1 in the order of the table; T × F and five random orders are sensitivities",
    ),
    Question(
        "000-M10",
        "SVR with default settings",
        "ε = 0.1 holds all returns of a few days: no support vector, a constant",
        "svr divides returns by their train sd; svr_raw is shown, as degenerate",
    ),
    Question(
        "000-M11",
        "SVR with a linear kernel on all rows",
        "libsvm needs time of the square of the rows or more",
        "libsvm up to exact_rows; beyond, the same problem by another solver, its gap certified; "
        "svr_subsample is libsvm on 5,000 rows drawn by the seed",
    ),
    Question(
        "000-E1",
        "IC: text Spearman, formula Pearson",
        "",
        "Spearman is the headline, Pearson stands beside it",
    ),
    Question(
        "000-E2",
        "ICIR and IR: one formula, printed twice",
        "",
        "IR beside ICIR for the counterpart, and the long-short portfolio's own",
    ),
    Question(
        "000-E3",
        "the CNN's IC varies most, the MLP's little",
        "its own table says the opposite",
        "sentences are made of the numbers",
    ),
    Question(
        "000-E4",
        "universe size not given",
        "its IC sd of 0.20 means about 25 names",
        "N and the null sd 1/√(N−1) are printed",
    ),
    Question(
        "000-E5",
        "daily portfolios of five-day returns, compounded",
        "counts every move five times",
        "five overlapping tranches, in which stopped orders are not filled; the paper's way is "
        "printed as naive",
    ),
    Question(
        "000-E6",
        "growth over five years",
        "must include training years",
        "test dates only; a sample with training stands in a table of its own",
    ),
    Question("000-E7", "no costs", "", "gross, and net of 5, 10 and 20 bp a side"),
    Question(
        "000-E8",
        "a map of mean SHAP values",
        "the mean signed value of a z-scored factor is near zero",
        "that map, and one of mean absolute values with the direction's sign",
    ),
)
"""Every id of SPEC section 1, once."""
