"""``python -m benchmarks.detection``: the command on worlds as files: what it finds, what it takes, how it keeps its budget."""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from alerts.panel import NATIONAL, UNPLACED, Panel
from alerts.simulation.counts_csv import CountsWriter, write_drives
from alerts.simulation.measure import Run, measure, thresholds_for
from alerts.simulation.worlds import World, make_world
from langnghe.places import load_places
from langnghe.progress import progress

FINAL = range(3000, 3016)
"""Worlds that nothing was chosen on."""


@dataclass(frozen=True)
class Called:
    """One call of the command: its alarms, its seconds."""

    alarms: list[dict[str, Any]]
    seconds: float


def call(*arguments: str) -> Called:
    """Call ``langnghe detect`` as an evaluation would."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"LANGNGHE_DATA_DIR": data}
        done = subprocess.run(  # noqa: S603 - this program itself
            [sys.executable, "-m", "langnghe", "detect", *arguments], capture_output=True, text=True, check=True, env=environment
        )
    return Called([json.loads(line) for line in done.stdout.splitlines()], time.monotonic() - began)


class Grids:
    """Alarms as grids of scores: provinces and, last, the nation."""

    def __init__(self, panel: Panel) -> None:
        names = {province.id: province.name for province in load_places().of_34}
        self._unit = {names[unit]: i for i, unit in enumerate(unit for unit in panel.units if unit not in (UNPLACED, NATIONAL))}
        self._day = {day.isoformat(): i for i, day in enumerate(panel.days)}
        self._topic = {topic: i for i, topic in enumerate(panel.topics)}
        self.shape = (len(panel), len(self._unit) + 1, len(panel.topics))

    def score(self, alarms: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
        """Scores by day, unit and topic, and the leading province of each national alarm (-1: none is named)."""
        score, lead = np.full(self.shape, -np.inf), np.full((self.shape[0], self.shape[2]), -1)
        for alarm in alarms:
            day, topic = self._day[alarm["date"]], self._topic[alarm["topic"]]
            unit = self.shape[1] - 1 if alarm["province"] is None else self._unit[alarm["province"]]
            score[day, unit, topic] = alarm["score"]
            if "lead" in alarm:
                lead[day, topic] = self._unit[alarm["lead"]]
        return score, lead


def measured(world: World, folder: Path) -> tuple[Run, list[float], float]:
    """The command on one world: its run, false alarms a day at budgets 1 and 5 over the budget, the seconds of the slowest call."""
    places, grids = load_places(), Grids(world.panel)
    files = {"panel": folder / "counts.csv.gz", "calm": folder / "calm.csv.gz"}
    for name, path in files.items():
        CountsWriter(places, world.seed).write(getattr(world, name), path)
    write_drives(world.campaigns, world.panel, places, folder / "drives.json")
    drives = ("--drives", str(folder / "drives.json"))
    calls = {name: call(str(path), "--all", *drives) for name, path in files.items()}
    budgets = {budget: call(str(files["calm"]), "--budget", str(budget), *drives) for budget in (1, 5)}
    (score, lead), (calm, _) = (grids.score(calls[name].alarms) for name in ("panel", "calm"))
    kept = [len(called.alarms) / len(world.calm) / budget for budget, called in budgets.items()]
    return Run(world.concerns, world.bursts, score, calm, lead), kept, max(one.seconds for one in [*calls.values(), *budgets.values()])


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection", description=__doc__)
    parser.add_argument("--number", type=int, default=3, help="how many worlds of two years (3)")
    parser.add_argument("--harsh", action="store_true", help="wilder worlds with worse labels")
    given = parser.parse_args()
    runs, kept, seconds = [], [], []
    for seed in progress(FINAL[: given.number], "Worlds", unit="worlds"):
        with tempfile.TemporaryDirectory() as folder:
            run, ratios, slowest = measured(make_world(seed, harsh=given.harsh), Path(folder))
        runs.append(run)
        kept.append(ratios)
        seconds.append(slowest)
    print("| budget | small | medium | large | all | within 3 days | median delay | negative bursts | false a day over the budget |")
    print("|---|---|---|---|---|---|---|---|---|")
    for at, budget in enumerate((1.0, 5.0)):
        result = measure(runs, thresholds_for(runs, budget))
        shares = " | ".join(f"{result.share(size):.2f}" for size in ("small", "medium", "large", None))
        ratios = [one[at] for one in kept]
        last = f"{np.mean(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"| {budget:g} | {shares} | {result.within_three:.2f} | {result.median_delay:g} | {result.bursts:.2f} | {last} |")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = (used.ru_utime + used.ru_stime) / (4 * len(runs))
    concerns = sum(len(run.concerns) for run in runs)
    print(f"\n{concerns} concerns; slowest call {max(seconds):.0f} s, {processor:.0f} s of a processor each,")
    print(f"at most {used.ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
