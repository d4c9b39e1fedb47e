"""Small charts as pictures that travel within the mail, legible on light and dark grounds alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

SCALE = 2
"""Pixels drawn for each shown: screens of telephones are fine."""
WIDTH, HEIGHT = 280, 44
# Middle tones, at least 3 : 1 against white and against the dark ground.
_GROUND, _BAR, _UNUSUAL, _LINE = range(4)
_COLOURS = (0, 0, 0, 107, 137, 168, 214, 69, 58, 130, 140, 150)


@dataclass(frozen=True)
class Picture:
    """A picture of a mail: how the HTML names it, its bytes and what it says in words."""

    name: str
    png: bytes
    alt: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Column:
    """One day of a chart."""

    count: float
    usual: float | None = None
    """The upper end of what is usual."""

    @property
    def unusual(self) -> bool:
        """Whether it stands above what is usual."""
        return self.usual is not None and self.count > self.usual


def draw_columns(columns: Sequence[Column]) -> bytes:
    """A chart of days as a PNG: a bar each, those above the usual in red and taller by a cap, the usual's upper end as a line."""
    width, height = WIDTH * SCALE, HEIGHT * SCALE
    image = Image.new("P", (width, height), _GROUND)
    image.putpalette(_COLOURS)
    pen = ImageDraw.Draw(image)
    step, most = width / max(len(columns), 1), max([column.count for column in columns] + [4])
    for place, column in enumerate(columns):
        left, right = round(place * step), round((place + 1) * step) - 2 * SCALE
        top = height - 3 - round((height - 8) * column.count / most)
        pen.rectangle((left, top, right, height - 3), fill=_UNUSUAL if column.unusual else _BAR)
        if column.usual is not None and column.usual <= most:
            level = height - 3 - round((height - 8) * column.usual / most)
            pen.rectangle((left, level, right + 2 * SCALE, level + 1), fill=_LINE)
        if column.unusual:
            pen.rectangle((left, max(top - 6, 0), right, max(top - 4, 0)), fill=_UNUSUAL)  # told without colour too
    pen.rectangle((0, height - 2, width, height - 1), fill=_LINE)
    out = BytesIO()
    image.save(out, "PNG", optimize=True, bits=2, transparency=_GROUND)
    return out.getvalue()
