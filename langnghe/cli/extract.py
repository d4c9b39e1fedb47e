"""``langnghe extract``: what a page holds, as JSON."""

import json
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from langnghe.errors import WrongCall


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise WrongCall(f"{file}: {error.strerror}", "Name a page that was saved as it was fetched, or - for standard input.") from None


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def extract(
    file: Annotated[str, typer.Argument(metavar="FILE.html", help="A page as it was fetched, in any charset; - for standard input.")],
    url: Annotated[str, typer.Option("--url", help="The address that it was fetched from.")],
) -> None:
    """Print title, text, times and author of an article, or the posts of a thread, as one line of JSON."""
    from crawlers.extraction import describe
    from crawlers.page import Page
    from crawlers.sources import load_sources
    from crawlers.structures import load_structures
    from langnghe.clock import SystemClock
    from langnghe.settings import load_settings

    if not _is_address(url):
        raise WrongCall(f"--url {url} is no address", "Give the address that the page was fetched from, beginning with https://.")
    page, config_dir = Page(url, _read(file), SystemClock().now()), load_settings().config_dir
    found = describe(page, load_sources(config_dir).values(), load_structures(config_dir))
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
