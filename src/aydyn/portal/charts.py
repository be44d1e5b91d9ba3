"""Pictures of figures, drawn by the server: numbers in, shapes of an SVG out. The table under each holds the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WIDTH, HEIGHT, FOOT = 640, 190, 28
LONGEST = 60
"""Days that have a bar of their own; what took longer shares the last one."""

BUCKETS = ((0, 5), (6, 10), (11, 15), (16, 20), (21, 30), (31, 60))
TICKS = (0, 10, 20, 30, 40, 50)


@dataclass(frozen=True)
class Rect:
    """One bar; all figures are whole numbers, so that no language writes them with a comma."""

    x: int
    y: int
    width: int
    height: int
    late: bool


@dataclass(frozen=True)
class Tick:
    """A day under the bars."""

    x: int
    label: str


@dataclass(frozen=True)
class SpeedChart:
    """How many answers took how many days: a bar a day, and a line where half of them had come."""

    bars: list[Rect]
    ticks: list[Tick]
    median_x: int | None
    width: int = WIDTH
    height: int = HEIGHT
    foot: int = FOOT

    @property
    def whole_height(self) -> int:
        """With the days under the bars."""
        return self.height + self.foot

    @property
    def tick_y(self) -> int:
        """Where the days are written."""
        return self.height + self.foot - 6


def speed_chart(histogram: Mapping[int, int], median: int | None) -> SpeedChart | None:
    """Draw a histogram of days; None if there is nothing to draw."""
    counts = [0] * (LONGEST + 2)
    for days, count in histogram.items():
        counts[min(max(days, 0), LONGEST + 1)] += count
    most = max(counts)
    if not most:
        return None
    step = WIDTH // len(counts)
    bars = [
        # One answer among thousands is still seen: two units at least.
        Rect(
            day * step, HEIGHT - max(2, count * HEIGHT // most), step - 2, max(2, count * HEIGHT // most), day > LONGEST
        )
        for day, count in enumerate(counts)
        if count
    ]
    ticks = [Tick(day * step + step // 2, str(day)) for day in TICKS]
    ticks.append(Tick((LONGEST + 1) * step + step // 2 - 6, f">{LONGEST}"))
    place = None if median is None else min(max(median, 0), LONGEST + 1) * step + step // 2
    return SpeedChart(bars, ticks, place)


def buckets(histogram: Mapping[int, int]) -> list[tuple[str, int]]:
    """The same in a few rows: days from–to, and how many."""
    rows = [
        (f"{low}–{high}", sum(count for days, count in histogram.items() if low <= max(days, 0) <= high))
        for low, high in BUCKETS
    ]
    over = sum(count for days, count in histogram.items() if days > LONGEST)
    return [*rows, (f">{LONGEST}", over)]
