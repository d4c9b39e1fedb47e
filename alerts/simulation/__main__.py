"""``python -m alerts.simulation``: the benchmark table, how the budget is kept, or the thresholds for ``config/alerts.yaml``."""

import argparse
from collections.abc import Iterator

import numpy as np

from alerts.detection.bayes import FilterTuning, TwoStates
from alerts.detection.ewma import Ewma
from alerts.rules import load_rules
from alerts.simulation.measure import measure, threshold_for, thresholds_for
from alerts.simulation.own_budget import kept
from alerts.simulation.peers import PEERS
from alerts.simulation.runs import Contestant, own, peer, run
from alerts.simulation.worlds import World, make_world
from langnghe.progress import progress

DEVELOPMENT = range(1000, 1016)
"""Worlds that constants were chosen on."""
FINAL = range(2000, 2016)
"""Worlds that nothing was chosen on; looked at for the table only."""
BUDGETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0)
SCORED = (1.0, 5.0)
"""Budgets that detectors are compared at."""


def worlds(seeds: range, *, harsh: bool = False) -> Iterator[World]:
    """The worlds of some seeds, one after the other."""
    for seed in progress(seeds, "Worlds", unit="worlds"):
        yield make_world(seed, harsh=harsh)


def peers() -> list[Contestant]:
    """The published methods, on distinct negative stories and two of them on documents."""
    documents = [peer(f"{name}, documents", PEERS[name], "negative") for name in ("EARS C2", "Farrington-like")]
    return documents + [peer(name, method) for name, method in PEERS.items()]


def detectors() -> list[Contestant]:
    """The project's own, and the filter without the column of storylines."""
    return [own("ewma", Ewma()), own("bayes, counts alone", TwoStates(FilterTuning(storyline=0.0))), own("bayes", TwoStates())]


def table(seeds: range, *, harsh: bool = False) -> None:
    """Print the share of concerns found by each method, with each world's threshold set on its twin without concerns."""
    print("| Method | budget | small | medium | large | all | within 3 days | median delay | negative bursts |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, runs in run(peers() + detectors(), worlds(seeds, harsh=harsh)).items():
        for budget in SCORED:
            result = measure(runs, thresholds_for(runs, budget))
            shares = " | ".join(f"{result.share(size):.2f}" for size in ("small", "medium", "large", None))
            rest = f"{result.within_three:.2f} | {result.median_delay:g} | {result.bursts:.2f}"
            print(f"| {name} | {budget:g} | {shares} | {rest} |")


def budgets(seeds: range, *, harsh: bool = False) -> None:
    """Print false alarms a day over the budget by the detector's own thresholds: mean, least and most of the worlds."""
    rules = load_rules().detection
    [runs] = run([own("bayes", TwoStates())], worlds(seeds, harsh=harsh)).values()
    print("| budget | false/budget without concerns | false/budget with concerns | found |")
    print("|---|---|---|---|")
    for budget in (0.5, 1.0, 2.0, 5.0):
        of_worlds = np.array([[one.calm, one.false, one.share] for one in (kept(each, rules.thresholds["bayes"], budget) for each in runs)])
        calm, false, share = (f"{column.mean():.2f} ({column.min():.2f} to {column.max():.2f})" for column in of_worlds.T)
        print(f"| {budget:g} | {calm} | {false} | {share} |")


def thresholds(seeds: range) -> None:
    """Print each own detector's threshold for every budget."""
    for name, runs in run(detectors(), worlds(seeds)).items():
        found = {budget: threshold_for(runs, budget) for budget in BUDGETS}
        print(f"{name}: {{{', '.join(f'{budget:g}: {value:.2f}' for budget, value in found.items())}}}")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m alerts.simulation", description=__doc__)
    parser.add_argument("what", nargs="?", default="table", choices=["table", "budgets", "thresholds"])
    parser.add_argument("--worlds", choices=["development", "final"], default="final")
    parser.add_argument("--harsh", action="store_true", help="wilder worlds with worse labels")
    parser.add_argument("--number", type=int, default=12, help="how many worlds (12)")
    given = parser.parse_args()
    seeds = (DEVELOPMENT if given.worlds == "development" or given.what == "thresholds" else FINAL)[: given.number]
    if given.what == "thresholds":
        thresholds(seeds)
    else:
        (table if given.what == "table" else budgets)(seeds, harsh=given.harsh)


if __name__ == "__main__":
    main()
