"""``python -m alerts.simulation``: the benchmark table, or the thresholds for ``config/alerts.yaml``."""

import argparse
from collections.abc import Iterator

from alerts.detection.bayes import TwoStates
from alerts.detection.ewma import Ewma
from alerts.simulation.measure import measure, threshold_for
from alerts.simulation.peers import PEERS
from alerts.simulation.runs import Contestant, own, peer, run
from alerts.simulation.worlds import World, make_world
from langnghe.progress import progress

DEVELOPMENT = range(1000, 1016)
"""Worlds that constants were chosen on."""
BUDGETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0)
FINAL = range(2000, 2016)
"""Worlds that nothing was chosen on; looked at for the table only."""


def worlds(seeds: range, *, harsh: bool = False) -> Iterator[World]:
    """The worlds of some seeds, one after the other."""
    for seed in progress(seeds, "Worlds", unit="worlds"):
        yield make_world(seed, harsh=harsh)


def contestants(*, peers: bool = True) -> list[Contestant]:
    """Everything that is compared."""
    others = [peer("EARS C2, documents", PEERS["EARS C2"], "negative")]
    others += [peer(name, method) for name, method in PEERS.items()]
    return (others if peers else []) + [own("ewma", Ewma()), own("bayes", TwoStates())]


def table(seeds: range, *, harsh: bool = False) -> None:
    """Print the share of concerns found by each method at one and at five false alarms a day."""
    print("| Method | budget | small | medium | large | all | within 3 days | median delay | false a day | negative bursts |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, runs in run(contestants(), worlds(seeds, harsh=harsh)).items():
        for budget in (1.0, 5.0):
            result = measure(runs, threshold_for(runs, budget))
            shares = " | ".join(f"{result.share(size):.2f}" for size in ("small", "medium", "large", None))
            print(
                f"| {name} | {budget:g} | {shares} | {result.within_three:.2f} | {result.median_delay:g} "
                f"| {result.false_a_day:.2f} | {result.bursts:.2f} |"
            )


def thresholds(seeds: range) -> None:
    """Print each own detector's threshold for every budget, and how far single worlds are from it."""
    for name, runs in run(contestants(peers=False), worlds(seeds)).items():
        found = {budget: threshold_for(runs, budget) for budget in BUDGETS}
        print(f"{name}: {{{', '.join(f'{budget:g}: {value:.2f}' for budget, value in found.items())}}}")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m alerts.simulation", description=__doc__)
    parser.add_argument("what", nargs="?", default="table", choices=["table", "thresholds"])
    parser.add_argument("--worlds", choices=["development", "final"], default="final")
    parser.add_argument("--harsh", action="store_true", help="wilder worlds with worse labels")
    parser.add_argument("--number", type=int, default=12, help="how many worlds (12)")
    given = parser.parse_args()
    seeds = (DEVELOPMENT if given.worlds == "development" or given.what == "thresholds" else FINAL)[: given.number]
    if given.what == "table":
        table(seeds, harsh=given.harsh)
    else:
        thresholds(seeds)


if __name__ == "__main__":
    main()
