"""A series as small as a word: bars of the last days, those above what is usual marked."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from alerts.explanation import ChartDay
from dashboard.palette import BLUE_LIGHT, RED

WIDTH, HEIGHT, DAYS = 168, 40, 28


def is_unusual(day: ChartDay) -> bool:
    """Whether a day lies above the expected band."""
    return day.negative > day.high


def sparkline(chart: Sequence[ChartDay], alt: str) -> str:
    """A picture as HTML; days above the band are darker and carry a tick on top, so that it reads without colour."""
    days = list(chart[-DAYS:])
    most = max([day.negative for day in days], default=0) or 1
    step, bars = WIDTH / DAYS, []
    for i, day in enumerate(days):
        x, height = (DAYS - len(days) + i) * step, (HEIGHT - 6) * day.negative / most
        if not day.negative:
            continue
        colour = RED if is_unusual(day) else BLUE_LIGHT
        bars.append(f'<rect x="{x:.1f}" y="{HEIGHT - 1 - height:.1f}" width="{step - 1.2:.1f}" height="{height:.1f}" fill="{colour}"/>')
        if is_unusual(day):
            tick = HEIGHT - height - 4
            bars.append(f'<rect x="{x:.1f}" y="{tick:.1f}" width="{step - 1.2:.1f}" height="1.6" fill="{RED}"/>')
    base = f'<line x1="0" x2="{WIDTH}" y1="{HEIGHT - 0.5}" y2="{HEIGHT - 0.5}" stroke="#b9c5d0"/>'
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{base}{"".join(bars)}</svg>'
    # As a picture: Streamlit takes SVG elements out of a page's HTML.
    data = b64encode(svg.encode()).decode()
    return (
        f'<img class="ln-spark" width="{WIDTH}" height="{HEIGHT}" alt="{escape(alt, quote=True)}" src="data:image/svg+xml;base64,{data}">'
    )
