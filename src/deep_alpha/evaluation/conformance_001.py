"""Paper 001 against this project: every point that is open, wrong or departed from.

One catalogue, in the order of SPEC section 2. Points that stand there without a mark have the
next free one of their part: B2, D2, F4, and K1 to K6 for what contradicts itself.
"""

from __future__ import annotations

from deep_alpha.evaluation.conformance_000 import Question

QUESTIONS: tuple[Question, ...] = (
    Question(
        "001-A1",
        "volume: its table takes the eighth root, its text the eighth power, its name the "
        "square root",
        "a power makes large numbers larger, beyond float32; no rank correlation changes with "
        "either",
        "volume^(1/8)",
    ),
    Question(
        "001-A2",
        "V4’s 13 inputs come of V2’s 15 by four edits",
        "V1’s and V2’s inputs are not listed",
        "9, 15 and 13 inputs by public descriptions of V1 to V3; inputs: v1, v2, paper13",
    ),
    Question(
        "001-A3",
        "open · free turnover / (turnover) · close",
        "brackets are missing",
        "(open / turnover) / (close / free turnover), as its text says",
    ),
    Question(
        "001-A4",
        "13 inputs of low correlation",
        "vwap / close stands twice, less 1; free turnover ÷ turnover hardly moves, so that "
        "div_price_turnover is open / close again",
        "all 13, as printed; constant features go first, Spearman dropout does the rest; "
        "inputs: dedup11 leaves the two out",
    ),
    Question(
        "001-A5",
        "the data image has five days, of eight of the 13 inputs",
        "an illustration: windows reach 42 days back",
        "42 days, all inputs; one sample is drawn",
    ),
    Question(
        "001-B1",
        "correlations over d = 2 days",
        "two points: always 1 or −1",
        "kept, as printed: the sign of a joint move; ts_zscore is winsorised",
    ),
    Question(
        "001-B2",
        "ts_return = (X − delay) / delay − 1",
        "the further −1 shifts a constant, which no norm sees; delay(X, d) needs d + 1 days, "
        "public code takes the window’s first day; denominators cross zero",
        "(X − delay) / delay with lag d; return_lag: d-1; train quantiles of 1 and 99 % clip it",
    ),
    Question(
        "001-C1",
        "windows of 2, 5, 10 and 22 days; elsewhere 2, 5, 10 and 20; in Table 3-4 5, 10 and 20 "
        "with four encoders",
        "four images or three; “two matrices” are added where “three” are made",
        "10 as the main one, 2, 5 and 22 beside it, two encoder layers each; three windows are "
        "an axis of the ablation",
    ),
    Question(
        "001-C2",
        "sequences of 20 steps; the input’s length “is not fixed”",
        "",
        "42 days of inputs and 43 closes: 20 steps, 22 days, ts_return’s lag, return’s own",
    ),
    Question(
        "001-C3",
        "over 4 million samples",
        "one a stock and day; days without trade inside a window are not mentioned",
        "every eligible day; a sample needs 42 unbroken market days; train_every and "
        "names_per_day make it cheaper",
    ),
    Question(
        "001-D1",
        "features with a correlation above 0.8 are dropped after the first batch: 103 of 208 "
        "are left",
        "order, sign, steps and batch are open; sets of two first days differ",
        "rank correlation without sign, greedy in the printed order of operators, ten train "
        "days pooled; absolute, flatten, batches and threshold are settings; 103 stands nowhere",
    ),
    Question(
        "001-D2",
        "features are standardised by the day’s cross-section, and a batch norm follows",
        "no batch size; many features vary by less than the norm’s epsilon",
        "a batch is a day; train mean and deviation first, clipped at 20; in evaluation "
        "running statistics, bn: daily takes the day’s",
    ),
    Question(
        "001-E1",
        "two encoder layers make 20 × 206 of 20 × 103",
        "an encoder keeps its width, and 103 is prime: one head",
        "both layers’ outputs side by side (stack_concat); widen: project doubles first",
    ),
    Question(
        "001-E2",
        "a Transformer encoder",
        "width, heads, dropout and positions are not given; without positions it is blind to order",
        "four widths, up to four heads, 0.1, norm after the sum, sinusoidal positions",
    ),
    Question(
        "001-E3",
        "attention by the first Bi-LSTM’s hidden states",
        "over which matrix?",
        "weights of the hidden states, applied to the normed sum; attention: false takes the "
        "last step",
    ),
    Question(
        "001-E4",
        "dropout 0.2 in the LSTM",
        "one layer has nothing to drop between layers",
        "0.2 before and after the Bi-LSTM",
    ),
    Question(
        "001-E5",
        "a leaky ReLU at the output",
        "its slope is not given; it shrinks negative scores, which ranks do not see",
        "slope 0.3 with truncated normal weights, by the names of its library; output: linear",
    ),
    Question(
        "001-E6",
        "the encoders’ outputs are added to the Bi-LSTM’s",
        "they are many times as large: the Bi-LSTM is hardly seen, and attention stays level",
        "the Bi-LSTM’s output is normed before the sum; hidden_norm: false is literal",
    ),
    Question(
        "001-F1",
        "a 10-day return stripped of Barra styles, by daily regressions",
        "a sum of daily residuals or one regression of the whole return",
        "the sum; the scoreboard judges on the compounded and the single one too",
    ),
    Question(
        "001-F2",
        "losses from 0.5 to below 0.1",
        "raw returns have a variance of a few thousandths, and an error of 0.1 of the variance "
        "would be an R² of 0.9",
        "targets are z-scores of the day; train and validation error are told in units of the "
        "target’s variance",
    ),
    Question(
        "001-F3",
        "its formula neutralises the prediction, its tables and captions the target, its first "
        "pages fit plain returns; return falls and drawdown improves, without a table",
        "three losses: of the residual, of the neutralised score, of both; the last two leave "
        "the score’s styles open",
        "target; labels and loss: projected are the other three, on an axis of the ablation; "
        "style exposures of every model are told",
    ),
    Question(
        "001-F4",
        "an annex of ten styles",
        "its rows are shifted against their names; “normal” means mean 0 and deviation 1",
        "MSCI’s descriptors under their names; the risk model has a page of its own",
    ),
    Question(
        "001-G1",
        "ST, PT, “daily limit, and daily limit” are left out",
        "on which day? Tomorrow’s limit is not known when names are chosen",
        "limits and suspensions of the day itself; tomorrow’s stop the order, not the choice",
    ),
    Question(
        "001-H1",
        "fits stop by the Sharpe ratio of a backtest",
        "of which data? On a validation segment it is noise, by offset, run and epoch",
        "validation is the last fifth before a purge; stop_on: ic; sharpe, the mean of ten "
        "offsets, is logged and a rung of the ladder",
    ),
    Question(
        "001-H2",
        "trains up to the day before the forecast, five times",
        "labels of the last ten days reach into the test",
        "expanding windows with a purge of the label’s reach",
    ),
    Question(
        "001-H3",
        "w = y / Σ y weighs the errors of winners",
        "losers have negative weights, so that the loss has no bound below, and residuals sum "
        "to 0; any weight that rises with y rewards volatility",
        "off; rank, relu, shift and literal are axes of the ablation",
    ),
    Question(
        "001-I1",
        "V1 and V2 are compared with",
        "public copies differ in operators and inputs, and one calls a V3 without norms V4",
        "seven operators in V1, six in V2 and V3, all pairs",
    ),
    Question(
        "001-I2",
        "V1 has steps of 10, V2 of 5; sequences of 3, of “only 5”, later 5 × 6",
        "three lengths for one network",
        "3 steps of 10 days, and 6 of 5 in V3’s second branch",
    ),
    Question(
        "001-I3",
        "compares AlphaNets with each other only",
        "what a simpler model makes of the same data stays open",
        "ridge, XGBoost on V4’s own features, GRU-32 and the composite beside every table",
    ),
    Question(
        "001-J1",
        "fee 0.002 %, stamp duty 0.015 %; below Table 5-2 a cost of 0.02 %",
        "a hundredth of any market’s, and two fees",
        "literal, ten times that, and as decimals, side by side; the middle one is the headline",
    ),
    Question(
        "001-J2",
        "turnover below 30 % a rebalancing; its table shows 7 to 16 %",
        "one-sided or two-sided?",
        "a two-sided cap of 30 %; the column is one-sided, at most about 15 %",
    ),
    Question(
        "001-J3",
        "yield, standard deviation and Sharpe ratio of a period",
        "the first over the second is not the third: 22.49 ÷ 6.08 = 3.70, printed 3.53",
        "yield of the period; sd and Sharpe ratio annualised from daily excess",
    ),
    Question(
        "001-K1",
        "the loss falls 0.5, 0.3, 0.25, below 0.1 in the abstract; 0.4, 0.3, 0.2, below 0.1 in "
        "the summary of its chapter 4",
        "one experiment, two paths",
        "the ladder is measured",
    ),
    Question(
        "001-K2",
        "7 to 10 % more annual excess than earlier models",
        "its Table 5-2 has 0.34 points over V3 and 4.35 over V1; its Table 5-3 9.79, 12.29 and "
        "0.59 points over V3",
        "differences are computed",
    ),
    Question(
        "001-K3",
        "drawdowns are more stable",
        "in 2021 its V4 loses 7.06 %, its V3 6.74 %",
        "sentences are made of the numbers",
    ),
    Question(
        "001-K4",
        "neutralised by CNE5’s ten styles; below Table 5-2 by five factors",
        "two neutralisations, of target and of score?",
        "the target by CNE5; scores on both bases stand in Table 5-1",
    ),
    Question(
        "001-K5",
        "V2 is in the loss figures only",
        "its results are not told",
        "V2 is in every table",
    ),
    Question(
        "001-K6",
        "Spearman dropout improves results slightly; elsewhere it leaves them as they are; "
        "training takes 70 % of the time",
        "two effects, no table",
        "an axis of the ablation, with seconds an epoch",
    ),
)
"""Every point once."""
