"""``python -m benchmarks.load``: costs of each step, workers, a simulation beside them, and machines on paper; ``--help`` for sizes.

PostgreSQL and Redis must be installed (``tests/servers``). First the processor time of each step on one machine; then real workers take a
heap (one worker, from which the simulation learns how long tasks take, then two) and a stream (one worker); what the simulation says of
the last two stands beside what was measured.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from benchmarks.load.costs import Costs, measure_costs
from benchmarks.load.growth import growth
from benchmarks.load.paper import bottlenecks, cores, one_machine
from benchmarks.load.queues import Service, Shape, simulate
from benchmarks.load.workers import BATCH, EVERY, MOST_CLAIMED, Measured, run_workers, services_of
from tests.servers.postgresql import postgresql
from tests.servers.redis import redis_server

MILLION = 1_000_000


def _waits(waits: list[float]) -> dict[str, float]:
    ordered = sorted(waits)
    return {"median": ordered[len(ordered) // 2], "p95": ordered[int(len(ordered) * 0.95)]}


def _predicted(services: dict[str, Service], workers: int, measured: Measured) -> dict[str, float]:
    """What the simulation says of the same arrivals."""
    shape = Shape(workers, BATCH, MOST_CLAIMED, *EVERY, age=measured.age)
    annotated = simulate(measured.arrivals, services, shape).annotated
    waits = [done - came for done, came in zip(annotated, measured.arrivals, strict=True)]
    return {"documents a second": len(annotated) / max(annotated)} | _waits(waits)


def _seen(measured: Measured) -> dict[str, float]:
    return {"documents a second": measured.a_second} | _waits(measured.waits)


def _workers(folder: Path, heap: int, stream: int, rate: float) -> dict[str, object]:
    runs: list[tuple[str, int, int, float | None]] = [
        ("heap, one worker", 1, heap, None), ("heap, two workers", 2, heap, None), ("stream, one worker", 1, stream, rate)
    ]  # fmt: skip
    found: dict[str, object] = {}
    services: dict[str, Service] = {}
    for name, workers, documents, a_second in runs:
        part = folder / name.replace(", ", "-").replace(" ", "-")
        with postgresql() as record_url, redis_server() as broker:
            measured = run_workers(part, record_url, broker, workers, documents, a_second)
        if not services:
            services = services_of(measured.tasks)
            found["seconds of a task, fixed and for each document"] = {
                task: (service.fixed, service.each) for task, service in services.items()
            }
            found["bytes a document takes in PostgreSQL"] = measured.bytes_per_document
        found[name] = {"measured": _seen(measured), "predicted": _predicted(services, workers, measured)}
        found[f"{name}: a task of annotation took"] = statistics.mean(seconds for task, seconds, _ in measured.tasks if task == "annotate")
    return found


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_rounded(part) for part in value]
    return float(f"{value:.3g}") if isinstance(value, float) else value


def main() -> None:
    """Measure in a fresh folder and print the figures."""
    parser = argparse.ArgumentParser()
    for name, usual in (("--documents", 2_000), ("--heap", 1_500), ("--stream", 600)):
        parser.add_argument(name, type=int, default=usual)
    parser.add_argument("--kept", type=int, nargs=2, default=(10_000, 40_000), help="two sizes of a record, for what grows with it")
    parser.add_argument("--rate", type=float, default=15.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="langnghe-load-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        costs: Costs = measure_costs(folder / "costs", asked.documents)
        figures: dict[str, object] = {"costs": vars(costs), "one machine of two processors": one_machine(costs)}
        figures["processors for a million documents a day"] = cores(costs, MILLION)
        with postgresql() as small, postgresql() as large:
            looks = growth(folder, (small, large), asked.kept)
        figures["seconds of a look for documents without annotation"] = looks
        figures["what does not spread, at a million a day and 100 million kept"] = bottlenecks(costs, looks, 100 * MILLION, MILLION)
        print(json.dumps(_rounded(figures), indent=1), flush=True)
        print(json.dumps(_rounded(_workers(folder, asked.heap, asked.stream, asked.rate)), indent=1))


if __name__ == "__main__":
    main()
