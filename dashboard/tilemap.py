"""Vietnam as a map of equal tiles: 34 provinces, and the archipelagos Hoàng Sa and Trường Sa, which belong to two of them."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import altair as alt
import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.explanation import Explanation
from dashboard import formats
from dashboard.charts import NARROW, style
from dashboard.palette import INK
from langnghe.actor import Actor, Role
from langnghe.places import NOWHERE, Places
from langnghe.record.schema import Fact
from langnghe.wording import Wording

LEVELS = ("none", "usual", "above", "far_above")
FILL = {"none": "#f3f6f9", "usual": "#cfdeec", "above": "#f2c3a7", "far_above": "#b3261e"}
"""Light to dark, so that the order reads in grey too; the number stands in the tile."""
FAR = 2
"""Times the upper end of the usual from which a province is far above it."""
ARCHIPELAGOS = {"hoang-sa": "Hoàng Sa", "truong-sa": "Trường Sa"}
MARKS = {"none": "", "usual": "", "above": " ▲", "far_above": " ▲▲"}
"""The level beside the number, for those who do not see the colour."""
TILE_HEIGHT = 41
Grid = dict[str, dict[str, object]]
"""Tile → its name, column and row, and the province that it belongs to."""


def negative_stories(session: Session, actor: Actor, topic: str, start: date, end: date) -> dict[str, int]:
    """Distinct negative stories of a topic by province of today, both days included."""
    actor.require(Role.viewer, None, "read counts")
    query = select(Fact.province, func.count(Fact.story_id.distinct())).where(
        Fact.topic == topic, Fact.sentiment == "negative", Fact.day.between(start, end), Fact.province != NOWHERE
    )
    return dict(session.execute(query.group_by(Fact.province)).all())


def level(observed: int, high: float | None) -> str:
    """How a province stands to what is usual there; ``high`` None: it raised no alarm."""
    if not observed:
        return "none"
    if high is None or observed <= high:
        return "usual"
    return "far_above" if observed > FAR * max(high, 1) else "above"


def tiles(places: Places, counts: dict[str, int], explanation: Explanation, words: Wording, search: Mapping[str, str]) -> pd.DataFrame:
    """The tiles of a concern: its provinces against what is usual there, other provinces with their number."""
    high = {share.code: share.high for share in explanation.provinces}
    return tile_frame(places.tiles, counts | {share.code: share.observed for share in explanation.provinces}, high, words, search)


@cache
def grid_of_63(folder: Path) -> Grid:
    """The tiles of the 63 provinces of before 1 July 2025."""
    content: Grid = json.loads((folder / "tilegrid63.json").read_text(encoding="utf-8"))
    return content


def tile_frame(
    grid: Grid, observed: Mapping[str, int], high: Mapping[str, float], words: Wording, search: Mapping[str, str]
) -> pd.DataFrame:
    """One row a tile: code, name, label, col, row, stories, level and its name; an archipelago has its province's colour.

    ``search``: parameters of the search that shows a tile's documents, to which the tile adds its province.
    """
    rows = []
    for code, tile in grid.items():
        owner = str(tile.get("parent", code))
        number = observed.get(owner, 0)
        grade = level(number, high.get(owner))
        name = ARCHIPELAGOS.get(code, str(tile["name"]))
        shown = "" if code in ARCHIPELAGOS or not number else f"{words.number(number)}{MARKS[grade]}"
        rows.append(
            {
                "code": code,
                "name": str(tile["name"]),
                "label": _two_lines(name),
                "col": tile["col"],
                "row": tile["row"],
                "stories": number,
                "shown": shown,
                "level": grade,
                "level_name": words(f"map.{grade}"),
                "dark": grade == "far_above",
                "address": f"/search?{urlencode({**search, 'tinh': owner})}",
            }
        )
    return pd.DataFrame(rows)


def _two_lines(name: str) -> str:
    first, *rest = name.split(" ")
    if len(rest) > 1:
        return f"{first} {rest[0]}\n{' '.join(rest[1:])}"
    return "\n".join([first, *rest])


def tile_map(frame: pd.DataFrame, words: Wording) -> Any:
    """The map; a province's number of stories stands in its tile."""
    columns, rows = (range(int(frame[axis].min()), int(frame[axis].max()) + 1) for axis in ("col", "row"))
    place: dict[str, Any] = {
        "x": alt.X("col:O", axis=None, scale=alt.Scale(paddingInner=0.06, domain=list(columns))),
        "y": alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.08, domain=list(rows))),
    }
    fill = alt.Color("level:N", legend=None, scale=alt.Scale(domain=list(LEVELS), range=[FILL[one] for one in LEVELS]))
    tooltip = [
        alt.Tooltip("name:N", title=words("map.province")),
        alt.Tooltip("stories:Q", title=words("map.stories"), format=",d"),
        alt.Tooltip("level_name:N", title=words("map.level")),
    ]
    base = alt.Chart(frame).encode(**place)
    squares = base.mark_rect(stroke="#8b99a6", strokeWidth=0.8, cornerRadius=3, cursor="pointer")
    squares = squares.encode(fill, tooltip=tooltip, href="address:N")
    ink = alt.condition("datum.dark", alt.value("#ffffff"), alt.value(INK))
    name: dict[str, Any] = {"fontSize": 9.5, "lineBreak": "\n", "lineHeight": 10.5, "baseline": "middle", "cursor": "pointer"}
    alone = base.transform_filter("datum.shown == ''").mark_text(**name, dy=-5).encode(text="label:N", color=ink, href="address:N")
    above = base.transform_filter("datum.shown != ''").mark_text(**name, dy=-10).encode(text="label:N", color=ink, href="address:N")
    size = alt.ExprRef(f"{NARROW} ? 9.5 : 12")
    number = base.mark_text(fontSize=size, fontWeight="bold", dy=12.5, cursor="pointer").encode(text="shown:N", color=ink, href="address:N")
    return style(alt.layer(squares, alone, above, number).properties(height=len(rows) * TILE_HEIGHT), words)


def map_finding(explanation: Explanation, words: Wording) -> str:
    """What the map shows."""
    above = [share for share in explanation.provinces if level(share.observed, share.high) in ("above", "far_above")]
    if not above:
        return words("map.finding_none")
    first = max(above, key=lambda share: share.observed)
    key = "map.finding_one" if len(above) == 1 else "map.finding"
    return words(key, n=len(above), name=first.name, observed=words.number(first.observed), expected=formats.small(first.expected, words))


def legend(words: Wording) -> str:
    """The legend, as HTML."""
    parts = "".join(
        f'<span><i style="background:{FILL[one]};border:1px solid #8b99a6"></i>{words(f"map.{one}")}{MARKS[one]}</span>' for one in LEVELS
    )
    return f'<p class="ln-legend">{parts}</p>'
