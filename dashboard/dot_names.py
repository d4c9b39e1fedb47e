"""Names beside the dots of a chart: as many as stand free of each other, the first ones before the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

SIGN, LINE, OFF, RADIUS = 6.2, 14.0, 13.0, 5.0
"""Pixels: the width of a sign and the height of a line at 11 px, how far a name's middle stands from its dot's, and the dot."""


class Dot(NamedTuple):
    """A dot with its name; where it stands, as parts of the width and height, from the lower left corner."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Place:
    """Where a name stands: above or below its dot, beginning or ending at it."""

    above: bool
    ends_here: bool


class _Box(NamedTuple):
    left: float
    low: float
    right: float
    high: float

    def meets(self, other: "_Box") -> bool:
        return self.left < other.right and other.left < self.right and self.low < other.high and other.low < self.high


def _candidates(dot: Dot, width: float, height: float) -> Iterator[tuple[Place, _Box]]:
    long, x = SIGN * len(dot.name), dot.x * width
    for ends_here in (False, True):
        for above in (True, False):
            middle = dot.y * height + (OFF if above else -OFF)
            left = x - long if ends_here else x
            box = _Box(left, middle - LINE / 2, left + long, middle + LINE / 2)
            if box.left >= 0 and box.right <= width and box.low >= 0 and box.high <= height:
                yield Place(above, ends_here), box


def place_names(dots: Sequence[Dot], width: float, height: float, most: int) -> dict[int, Place]:
    """Place of a dot in ``dots`` → where its name stands, for at most so many; what would cover another name or a dot is left out."""
    taken = [_Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in ((dot.x * width, dot.y * height) for dot in dots)]
    found: dict[int, Place] = {}
    for number, dot in enumerate(dots):
        if len(found) == most:
            break
        for place, box in _candidates(dot, width, height):
            if not any(box.meets(other) for other in taken):
                found[number] = place
                taken.append(box)
                break
    return found
