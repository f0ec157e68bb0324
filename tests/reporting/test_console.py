from __future__ import annotations

from dataclasses import replace

from deep_alpha.reporting import ReportInputs, console_table

from .fake import record

EXPECTED = """\
model            rank IC   IC sd   ICIR   HAC t        p   Pearson IC   seeds' sd   days IC>0   null sd   top 5 return   L/S Sharpe   net 10 bp   turnover
-----------------------------------------------------------------------------------------------------------------------------------------------------------
mlp                0.050*      -      -       -   <0.001            -           -           -         -         12.3 %            -       -0.40          -
gru (yardstick)    0.040       -      -       -        -            -           -           -         -              -            -           -          -
svr_raw          constant prediction: no IC
-----------------------------------------------------------------------------------------------------------------------------------------------------------
oracle (oracle)    0.120       -      -       -        -            -           -           -         -              -            -           -          -"""  # noqa: E501


def small(inputs: ReportInputs) -> ReportInputs:
    models = [m for m in inputs.models if m.name in {"mlp", "gru", "svr_raw", "oracle"}]
    metrics = [
        record("ic", "mlp", "rank_ic", 0.05),
        record("ic", "mlp", "hac_p", 0.0001),
        record("portfolio", "mlp", "annual_return", 0.123, "top / gross"),
        record("portfolio", "mlp", "sharpe", -0.4, "long_short / net 10 bp"),
        record("ic", "gru", "rank_ic", 0.04),
        record("ic", "oracle", "rank_ic", 0.12),
        record("ic", "svr_raw", "degenerate", 1),
    ]
    return replace(inputs, models=models, metrics=metrics)


def test_the_table_is_aligned_and_says_what_is_missing(inputs: ReportInputs) -> None:
    assert console_table(small(inputs)) == EXPECTED


def test_any_terminal_can_print_it(inputs: ReportInputs) -> None:
    console_table(inputs).encode("ascii")
