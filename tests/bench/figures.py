"""One figure and its baseline, both measured in the same run."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the product.

    *bound* is for the ratio value / yardstick: the least when `better` is "higher", the most
    when it is "lower". *note* says in words what was compared.
    """

    name: str
    value: float
    yardstick: float
    bound: float
    unit: str = ""
    better: Literal["higher", "lower"] = "higher"
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the yardstick the value is."""
        return self.value / self.yardstick

    @property
    def is_ok(self) -> bool:
        """Whether the ratio is within the bound."""
        if self.better == "higher":
            return self.ratio >= self.bound
        return self.ratio <= self.bound


def line_of(figure: Figure) -> str:
    """Return the figure on one line: name, figure, yardstick, ratio, bound, verdict."""
    sign = ">=" if figure.better == "higher" else "<="
    verdict = "ok" if figure.is_ok else "SHORT"
    values = f"{figure.value:>12,.4g} {figure.yardstick:>12,.4g} {figure.unit:<16}"
    ratio = f"{figure.ratio:>8.3g} {sign} {figure.bound:<8.3g}"
    return f"{figure.name:<32}{values}{ratio}{verdict:<6} {figure.note}".rstrip()
