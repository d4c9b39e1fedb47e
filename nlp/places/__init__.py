"""Finding the provinces, districts and communes that a text names."""

from functools import cache
from pathlib import Path

from langnghe.documents import AnnotationRequest
from nlp.places.finding import Found, PlaceFinder
from nlp.places.names import load_names

__all__ = ["Found", "PlaceFinder", "find_places", "load_finder"]


@cache
def load_finder(config_dir: Path | None = None) -> PlaceFinder:
    """The finder of a configuration folder (None: the one that came with the program)."""
    return PlaceFinder(load_names(config_dir))


def find_places(request: AnnotationRequest) -> Found:
    """Provinces that a text names or inherits, and its localities; see :meth:`PlaceFinder.find`."""
    return load_finder().find(request)
