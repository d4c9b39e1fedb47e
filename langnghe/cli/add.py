"""``langnghe add``: one link, text or picture into the record, annotated and searchable when it returns."""

import getpass
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langnghe.errors import WrongCall

if TYPE_CHECKING:
    from datetime import datetime

    from crawlers.intake import Added, Channel, Piece
    from langnghe.actor import Actor
    from langnghe.installation import Installation

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif")


def _moment(text: str | None, now: "datetime") -> "datetime | None":
    from crawlers.dates import parse_date

    moment = parse_date(text, now)
    if text and moment is None:
        raise WrongCall(f"--published: {text!r} is no date", "Write 2026-11-20 or 20/11/2026 08:15.")
    return moment


def _channel(name: str | None) -> "Channel | None":
    from crawlers.intake import Channel

    try:
        return Channel(name) if name else None
    except ValueError:
        raise WrongCall(f"--channel: there is no channel {name!r}", f"Use one of: {', '.join(Channel)}.") from None


def _picture(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongCall(f"{path}: {error.strerror}", "Name a picture, or write the text itself in quotes.") from None


def _piece(what: str, link: str | None, title: str | None, published: "datetime | None", channel: "Channel | None") -> "Piece":
    from crawlers.intake import Piece

    if what.startswith(("http://", "https://")) and not what.strip().count(" "):
        return Piece(url=what.strip(), channel=channel)
    if what.lower().endswith(PICTURES) and "\n" not in what:
        return Piece(url=link, picture=_picture(Path(what)), title=title, published=published, channel=channel)
    text = sys.stdin.read() if what == "-" else what
    return Piece(url=link, text=text.strip(), title=title, published=published, channel=channel)


def _actor(installation: "Installation", by: str | None, office: str | None) -> "Actor":
    from langnghe.actor import NATIONAL, Actor, Role

    province = installation.places.by_name(office) if office else None
    if office and province is None:
        raise WrongCall(f"--office: there is no province {office!r}", "Use the name of one of the 34 provinces.")
    name = by
    with suppress(OSError, KeyError):  # an account without a name
        name = name or getpass.getuser()
    return Actor(name or "command line", Role.officer, installation.places.today_of(province.id) if province else NATIONAL)


def _tell(added: "Added") -> None:
    print(f"{added.outcome}: document {added.document_id}")
    for line in filter(None, (added.title, *added.text.split("\n")[:5])):
        print(f"  {line[:200]}")
    if added.copies:
        print(f"  the same story stands in {added.copies} other documents")
    if added.missed_by:
        print(f"  {added.missed_by} is crawled and had not found it; that is counted")


def add(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="A link, a picture's file, or a text in quotes (- for standard input).")],
    link: Annotated[str | None, typer.Option("--link", help="Where the text or the picture's post stands.")] = None,
    title: Annotated[str | None, typer.Option(help="Title of the text.")] = None,
    published: Annotated[str | None, typer.Option(help="When it appeared, as 20/11/2026 08:15; none: not known.")] = None,
    channel: Annotated[str | None, typer.Option(help="Where it stood: facebook, zalo, tiktok, hotline, letter ...")] = None,
    office: Annotated[str | None, typer.Option(help="Office of who brings it (a province); none: the national desk.")] = None,
    by: Annotated[str | None, typer.Option(help="Who brings it; none: the name of this account.")] = None,
) -> None:
    """Take in what a crawl can't find or missed; brought twice, nothing is doubled."""
    from crawlers.intake import add_piece
    from langnghe.cli.pipeline import annotate_and_index
    from langnghe.installation import open_installation

    installation = open_installation()
    piece = _piece(what, link, title, _moment(published, installation.clock.now()), _channel(channel))
    added = add_piece(installation, _actor(installation, by, office), piece)
    annotate_and_index(installation)
    _tell(added)
    installation.record.close()
