"""The verdict of a figure, and how the runner finds benchmarks."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.bench.figures import Figure, line_of

BENCH = Path(__file__).parent / "bench"


@pytest.mark.parametrize(
    ("value", "better", "expected"),
    [
        (30.0, "higher", True),
        (29.9, "higher", False),
        (30.0, "lower", True),
        (30.1, "lower", False),
    ],
)
def test_a_figure_is_ok_up_to_its_bound(value: float, better: str, expected: bool):
    figure = Figure("queue.rate", value, 10.0, 3.0, better=better)  # type: ignore[arg-type]

    assert figure.is_ok is expected
    assert line_of(figure).split()[-1] == ("ok" if expected else "SHORT")


def test_a_benchmark_that_does_not_exist_is_named_with_those_that_do():
    done = subprocess.run(
        [sys.executable, str(BENCH), "outbx"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "no benchmark 'outbx'; known are" in done.stderr
    assert "outbox" in done.stderr
