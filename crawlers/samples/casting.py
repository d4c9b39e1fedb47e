"""Which provinces a seed gives to the planted stories, and the texts with these names in their slots."""

from dataclasses import dataclass
from random import Random

from crawlers.samples.plan import Plan
from langnghe.folding import fold
from langnghe.places import Province, load_places

SLOTS = ("province", "province2", "province3")
_ORDER = 20260701
"""Seed of the order in which following seeds take a pool's provinces, so that they differ."""


@dataclass(frozen=True)
class Cast:
    """The provinces of one planted story, in the order of the slots."""

    provinces: tuple[Province, ...] = ()

    def fill(self, text: str) -> str:
        """``text`` with the names in its slots; ``{province_plain}`` as people without diacritics write it."""
        for slot, province in zip(SLOTS, self.provinces, strict=False):
            plain = fold(province.name)
            text = text.replace(f"{{{slot}}}", province.name).replace(f"{{{slot}_plain}}", plain if text.islower() else plain.title())
        return text


def _turned(pool: list[str], seed: int) -> list[str]:
    """The pool in a fixed mixed order, begun at a place of its own for each seed, the rest mixed by the seed."""
    order = sorted(pool)
    Random(_ORDER).shuffle(order)  # noqa: S311 - samples, not secrets
    first = order.pop(seed % len(order))
    Random(f"{seed}:{first}").shuffle(order)  # noqa: S311
    return [first, *order]


def _province(name: str) -> Province:
    found = next((p for p in load_places().of_34 if p.name == name), None)
    if found is None:
        raise KeyError(f"plan.yaml names {name!r}, which is no province of today")
    return found


def cast(plan: Plan, seed: int) -> dict[str, Cast]:
    """The provinces of every planted group; no province has two stories."""
    casts, taken = {}, set[str]()
    for name, group in plan.groups.items():
        free = [province for province in _turned(group.pool, seed) if province not in taken] if group.pool else []
        chosen = free[: group.provinces]
        taken.update(chosen)
        casts[name] = Cast(tuple(map(_province, chosen)))
    return casts
