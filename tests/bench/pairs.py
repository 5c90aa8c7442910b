"""What all comparisons share: processes measured in turns, and rows that say what came of it.

A row's samples are ratios (ours by the rival's, a pair each) or, where there is no rival, values in a unit of their own.
"""

import dataclasses
import math
import os
import pathlib
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Unusable(Exception):
    """A comparison could not be made, or what came of it means nothing."""


@dataclasses.dataclass
class Row:
    what: str
    rival: str
    samples: list
    goal: float | None = None
    unit: str = ""  # of the samples; none: ratios
    at_least: bool = False  # the goal is a floor, not a ceiling
    ours: float | None = None  # the median of each side, and its unit
    theirs: float | None = None
    measured_in: str = "ms"

    def __post_init__(self):
        if not self.samples or not all(math.isfinite(one) for one in self.samples):
            raise Unusable(f"{self.what}: {self.samples}")
        if self.unit != "%" and min(self.samples) <= 0:
            raise Unusable(f"{self.what}: {min(self.samples)} cannot be")

    @property
    def median(self):
        return statistics.median(self.samples)

    def percentile(self, part):
        ordered = sorted(self.samples)
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)]

    @property
    def verdict(self):
        if self.goal is None:
            return ""
        met = self.median >= self.goal if self.at_least else self.median <= self.goal
        return "met" if met else "missed"

    def _text(self, value):
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 or self.unit else 2 if abs(value) >= 0.1 else 4
        return f"{value:.{digits}f}"

    @property
    def cells(self):
        unit = f" {self.unit}" if self.unit else ""
        sign = "≥" if self.at_least else "≤"
        return (self.what, self.rival, self._text(self.median) + unit,
                f"{self._text(self.percentile(0.1))} to {self._text(self.percentile(0.9))}, {len(self.samples)}",
                "" if self.goal is None else f"{sign} {self.goal:g}{unit}", self.verdict)

    @property
    def document(self):
        return {"what": self.what, "rival": self.rival, "unit": self.unit or "ratio", "median": round(self.median, 4),
                "p10": round(self.percentile(0.1), 4), "p90": round(self.percentile(0.9), 4), "count": len(self.samples),
                "goal": self.goal, "goal_is": "at least" if self.at_least else "at most", "verdict": self.verdict or None,
                "ours": self.ours, "theirs": self.theirs, "measured_in": self.measured_in}


@dataclasses.dataclass
class Cost:
    """What one process took."""

    wall_ms: float
    cpu_ms: float
    peak_mib: float


class StopWatch:
    """Starts processes by way of a small one: what they cost does not depend on what this interpreter weighs."""

    def __init__(self, tools):
        self._tools = tools

    def run(self, command, environment, output=os.devnull, code=0):
        """The cost of one process, which must end with that code; what it prints goes to a file."""
        done = subprocess.run([str(self._tools / "measure"), str(output), *map(str, command)], env=environment,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        figures = done.stdout.split()
        if done.returncode != 0 or len(figures) != 4 or int(figures[3]) != code:
            raise Unusable(f"{' '.join(map(str, command))}: {done.stdout.strip()} {done.stderr.strip()}")
        return Cost(int(figures[0]) / 1000, int(figures[1]) / 1000, int(figures[2]) / 1024)


def in_turns(ours, rival, rounds):
    """Pairs of what the two functions measured; the first of each finds cold caches and does not count."""
    ours(), rival()
    return [(ours(), rival()) for _ in range(rounds)]


def row(what, rival, pairs, goal=None, figure="wall_ms", measured_in="ms"):
    """What the pairs say of one figure of theirs."""
    def of(one):
        return getattr(one, figure) if isinstance(one, Cost) else one[figure]
    mine, theirs = [of(first) for first, _ in pairs], [of(second) for _, second in pairs]
    if min(theirs) <= 0:
        raise Unusable(f"{what}: {rival} took nothing")
    return Row(what, rival, [first / second for first, second in zip(mine, theirs)], goal,
               ours=round(statistics.median(mine), 3), theirs=round(statistics.median(theirs), 3), measured_in=measured_in)


def memory_row(what, rival, pairs, goal=None):
    return row(f"{what}, peak memory", rival, pairs, goal, "peak_mib", "MiB")


def values(what, unit, samples, goal=None, at_least=False):
    """A row without a rival."""
    return Row(what, "", samples, goal, unit, at_least, ours=round(statistics.median(samples), 3), measured_in=unit)
