"""Charts, drawn once: Altair takes longer to write down a chart than the record takes to count what it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from langnghe.wording import Wording

MOST_KEPT = 300


@dataclass(frozen=True)
class Drawing:
    """A chart to be: the function that draws it and all that it draws."""

    draw: Callable[..., Any]
    about: tuple[Any, ...]

    @property
    def key(self) -> str:
        """What tells two charts apart."""
        return "\n".join([f"{self.draw.__module__}.{self.draw.__qualname__}", *map(_told, self.about)])


def _told(part: Any) -> str:
    if isinstance(part, Wording):
        return part.language
    return part.to_json() if isinstance(part, pd.DataFrame) else repr(part)


def drawing(draw: Callable[..., Any], *about: Any) -> Drawing:
    """A chart to be."""
    return Drawing(draw, about)


@st.cache_data(show_spinner=False, max_entries=MOST_KEPT)
def _spec(key: str, _drawing: Drawing) -> dict[str, Any]:  # noqa: ARG001
    spec: dict[str, Any] = _drawing.draw(*_drawing.about).to_dict()
    return spec


def show_chart(chart: Drawing, alt: str) -> None:
    """A chart in its place; ``alt`` says what it shows to those who do not see it."""
    st.vega_lite_chart(spec=_spec(chart.key, chart), alt=alt)
