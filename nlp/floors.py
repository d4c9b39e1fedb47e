"""``quality/floors.toml``: figures of the tests on labelled texts that may not be undercut, and only rise."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from langnghe.errors import ConfigurationError
from nlp.measures import Figure

FLOORS = Path(__file__).resolve().parent.parent / "quality" / "floors.toml"
MARGIN = 0.01
"""A floor stays at least this much below what was measured: models built elsewhere differ a little."""
HEADER = """# Least figures of the shipped models on each test of labelled texts; a test holds them.
# langnghe evaluate --raise-floors lifts them, nothing lowers them.
"""


def load_floors(section: str = "frozen_test", path: Path = FLOORS) -> dict[str, float]:
    """The floors of a test by measure; none where the file has none of it.

    Raises:
        ConfigurationError: the file is missing or no TOML.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}", "Restore the file.") from None
    return {name: float(value) for name, value in content.get(section, {}).items()}


def _floor_of(figure: Figure) -> float:
    """Half the way to the interval's lower end, about a standard error, or :data:`MARGIN` below the figure.

    On a few hundred texts chance moves a figure by more than the margin, and a floor that once caught a lucky one would stop better models.
    """
    return round(figure.value - max(MARGIN, (figure.value - figure.low) / 2), 3)


def raised(floors: dict[str, float], figures: Mapping[str, Figure]) -> dict[str, float]:
    """Floors lifted to just below the figures; none falls."""
    return {name: max(floors.get(name, 0.0), _floor_of(figure)) for name, figure in figures.items()} | {
        name: floor for name, floor in floors.items() if name not in figures
    }


def save_floors(floors: dict[str, float], section: str = "frozen_test", path: Path = FLOORS) -> None:
    """Write the floors of a test; what the file holds beside them (other parts' floors) stays as it is."""
    lines = "".join(f"{name} = {value:.3f}\n" for name, value in floors.items())
    present = path.read_text(encoding="utf-8") if path.is_file() else HEADER
    if f"[{section}]\n" not in present:
        present = f"{present.rstrip()}\n\n[{section}]\n"
    of_section = re.compile(rf"(^\[{section}\]\n)(?:^(?!\[|#|\n).*\n?)*", re.MULTILINE)
    path.write_text(of_section.sub(lambda match: match.group(1) + lines, present, count=1), encoding="utf-8")
