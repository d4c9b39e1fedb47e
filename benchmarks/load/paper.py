"""Machines on paper: what the measured costs ask for at a million documents a day and a hundred million kept."""

from benchmarks.load.costs import Costs

DAY = 86_400
PEAK = 3.0
"""The busiest hour against the mean."""
FULL = 0.6
"""How busy a processor may be at the peak, for queues to stay short."""
CHANGES = 2
"""Times that a document enters the index: when it is stored and when it is annotated."""


def cores(costs: Costs, documents_a_day: int) -> dict[str, float]:
    """Processors that each step keeps busy at the peak."""
    rate = documents_a_day * PEAK / DAY / FULL
    found = {step: milliseconds / 1000 * rate for step, milliseconds in costs.per_document.items()}
    return found | {"all": sum(found.values())}


def one_machine(costs: Costs, processors: int = 2, officers: int = 680) -> dict[str, float]:
    """Documents a day that so many processors bear while officers look, one look of each kind a minute."""
    looking = officers * sum(costs.looks.values()) / 1000 / 60
    free = max(processors * FULL - looking, 0.0)
    return {"processors that officers take": looking, "documents a day": free * 1000 / sum(costs.per_document.values()) * DAY / PEAK}


def bottlenecks(costs: Costs, looks: dict[int, float], kept: int, documents_a_day: int) -> dict[str, float]:
    """What does not spread over machines, as the share of its time that it is busy at the peak (1: it can no more).

    Args:
        costs: of each step.
        looks: seconds of one look for documents without annotation, by how many documents are kept.
        kept: documents kept.
        documents_a_day: documents that arrive.
    """
    few, many = min(looks), max(looks)
    look = looks[many] + (looks[many] - looks[few]) / (many - few) * (kept - many)
    return {
        "looking for documents without annotation, every 2 s": look / 2.0,
        "the one writer of the index": CHANGES * costs.per_document["index"] / 1000 * documents_a_day * PEAK / DAY,
    }
