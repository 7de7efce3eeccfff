"""Compute the scale of an axis: minimum, maximum and tick distance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flows.typesetting.figures.chart_model import Axis

#: Largest number of ticks on one axis, since a hostile file may ask for millions.
MOST_MARKS = 100
#: Margin of an axis beyond its values, as a fraction of their range.
AIR = 0.05


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `least` to `most` with ticks at `marks`; `share` converts a value to a position along it."""

    least: float
    most: float
    marks: tuple[float, ...]
    logarithmic: bool = False

    def share(self, figure: float) -> float:
        """Return a position from 0 to 1; values beyond the ends are clamped."""
        if self.logarithmic:
            low, high = math.log10(self.least), math.log10(self.most)
            found = (math.log10(max(figure, self.least)) - low) / (high - low)
        else:
            found = (figure - self.least) / (self.most - self.least)
        return min(max(found, 0.0), 1.0)


def scale(figures: Sequence[float], axis: Axis, most_steps: int, air: float = AIR, nought: bool = True) -> Scale:
    """Return the scale of a value axis, in steps of 1, 2 or 5 unless the axis states its own.

    It extends `air` beyond the values, as a fraction of their range. With `nought`, zero is on it unless all values lie
    in the last sixth below the largest.
    """
    finite = [figure for figure in figures if math.isfinite(figure) and abs(figure) < 1e300]
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    if axis.logarithmic:
        return _logarithmic(low, high)
    if not nought and low == high > 0:  # a single value: the axis extends to its double
        high = 2 * low
    elif (nought and low > 0 and low <= high * 5 / 6) or low == high > 0:
        low = 0.0
    elif (nought and high < 0 and high >= low * 5 / 6) or low == high < 0:
        high = 0.0
    reach = (high - low) * air
    low = (low - reach if low < 0 or not nought else low) if axis.least is None else axis.least
    high = (high + reach if high > 0 or not nought else high) if axis.most is None else axis.most
    if not high > low:
        high = low + 1.0
    step = axis.step or 0.0
    if not step > 0 or (high - low) / step > MOST_MARKS:
        step = _step(high - low, max(most_steps, 2))
        while axis.least is None and axis.most is None and _steps(low, high, step) > max(most_steps, 2):
            step = _step(step * max(most_steps, 2) * 1.01, max(most_steps, 2))
    if axis.least is None:
        low = math.floor(low / step + 1e-9) * step
    if axis.most is None:
        high = math.ceil(high / step - 1e-9) * step
    if not high > low:  # values that are zero but for rounding
        high = low + step
    first = math.ceil(low / step - 1e-9)
    marks = tuple(first * step + index * step for index in range(int((high - low) / step + 1e-6) + 1))
    return Scale(low, high, tuple(round(mark, 12) if abs(mark) < 1e6 else mark for mark in marks))


def _steps(low: float, high: float, step: float) -> int:
    return math.ceil(high / step - 1e-9) - math.floor(low / step + 1e-9)


def _step(length: float, most_steps: int) -> float:
    """Return the smallest step, 1, 2 or 5 times a power of ten, with at most so many steps over the length."""
    raw = length / most_steps
    power = 10.0 ** math.floor(math.log10(raw)) if raw > 1e-300 else 1.0
    return next((factor * power for factor in (1, 2, 5) if factor * power >= raw * (1 - 1e-9)), 10 * power)


def _logarithmic(low: float, high: float) -> Scale:
    first = math.floor(math.log10(low)) if low > 0 else 0
    last = max(math.ceil(math.log10(high)) if high > 0 else 1, first + 1)
    marks = range(first, min(last, first + MOST_MARKS) + 1)
    return Scale(10.0**first, 10.0**last, tuple(10.0**mark for mark in marks), logarithmic=True)
