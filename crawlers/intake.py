"""What people bring: a link, a text or a picture, masked and stored once, with who brought it.

Most opinion stands in groups of Facebook, Zalo and TikTok, which no crawler may read, and a crawl misses pages. ``langnghe add``, the
collaborators' form and the dashboard all call :func:`add_piece`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crawlers.linked_pages import LinkedPage, read_link
from crawlers.pictures import read_picture
from crawlers.probe import Fetched, fetch_pages
from crawlers.sources import load_sources
from crawlers.urls import absolute, tidy
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.documents import Document, Kind, identity_of
from langnghe.errors import WrongCall
from langnghe.installation import Installation
from langnghe.record.audit import audit
from langnghe.record.documents import Stored, find, store_document
from langnghe.record.ledger import url_hash
from langnghe.record.schema import BroughtPiece, CrawlRun, DocumentRow, FrontierUrl
from langnghe.stories import syllables

LONGEST_TEXT = 20_000
LEAST_WORDS = 3
Fetch = Callable[[Iterable[str]], dict[str, Fetched]]
"""Fetches addresses; :func:`crawlers.probe.fetch_pages` with its settings."""


class Channel(StrEnum):
    """Where a piece stood before somebody brought it; the source that it is stored under."""

    facebook = "facebook"
    zalo = "zalo"
    tiktok = "tiktok"
    youtube = "youtube"
    forum = "forum"
    web = "web"
    hotline = "hotline"
    letter = "letter"
    meeting = "meeting"
    other = "other"


_TOLD = {Channel.hotline, Channel.letter, Channel.meeting}
"""Said to the office itself."""
_HOSTS = {"facebook.com": Channel.facebook, "fb.com": Channel.facebook, "fb.watch": Channel.facebook, "zalo.me": Channel.zalo,
          "tiktok.com": Channel.tiktok, "youtube.com": Channel.youtube, "youtu.be": Channel.youtube}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """What somebody brings: a text or a picture of one, with the link where it stood if there is one; or a link alone, which is fetched."""

    url: str | None = None
    text: str | None = None
    picture: bytes | None = None
    title: str | None = None
    published: datetime | None = None
    channel: Channel | None = None
    """None: told from the link."""

    @property
    def form(self) -> str:
        """``link``, ``text`` or ``picture``."""
        return "picture" if self.picture else "text" if self.text else "link"


@dataclass(frozen=True)
class Added:
    """How it ended."""

    outcome: str
    """``stored``, ``updated``, ``unchanged`` or ``duplicate`` (another source has it)."""
    document_id: int
    title: str | None
    text: str
    """As it is stored, masked: what was read from a picture can be looked at."""
    copies: int
    """Other documents of the same story: who brought or wrote the same."""
    missed_by: str | None
    """The crawled source that should have found it and had not."""


def _checked(piece: Piece) -> Piece:
    if not (piece.url or piece.text or piece.picture):
        raise WrongCall("nothing was brought", "Give a link, a text or a picture.")
    if piece.url and absolute(piece.url, piece.url) is None:
        raise WrongCall(f"{piece.url[:200]!r} is no address", "Begin it with https://.")
    if piece.url and len(piece.url) > 2_000:
        raise WrongCall("the address is too long", "Leave out what follows the question mark.")
    if piece.text and len(piece.text) > LONGEST_TEXT:
        raise WrongCall(f"the text has more than {LONGEST_TEXT} characters", "Import it as a file: langnghe import.")
    return piece


def channel_of(piece: Piece) -> Channel:
    """The channel that was named, or that the link's host tells."""
    if piece.channel:
        return piece.channel
    host = "." + (tidy(piece.url).split("/")[2] if piece.url else "")
    known = next((channel for name, channel in _HOSTS.items() if host.endswith("." + name)), None)
    return known or (Channel.web if piece.url else Channel.other)


def _typed(piece: Piece, text: str, office: str | None, now: datetime) -> Document:
    words, channel = syllables(text), channel_of(piece)
    if len(words) < LEAST_WORDS:
        raise WrongCall("the text is too short", f"Bring at least {LEAST_WORDS} words.")
    url = tidy(piece.url) if piece.url else None
    key = "\n".join((office or "", url or "", " ".join(words)))  # however it was typed, the same words are one piece
    return Document(
        id=identity_of(key), source=channel, kind=Kind.feedback if channel in _TOLD else Kind.social, url=url, title=piece.title or None,
        text=text, published=piece.published, fetched=now, outlet=channel.capitalize(), office=office,
    )  # fmt: skip


def _missing(session: Session, linked: LinkedPage) -> str | None:
    """The source that is crawled and owns a page, unless it has stored it or knows of it already."""
    source = linked.source
    if source is None or session.scalar(select(CrawlRun.id).where(CrawlRun.source == source.id).limit(1)) is None:
        return None
    awaited = select(FrontierUrl.url_hash).where(
        FrontierUrl.url_hash == url_hash(linked.address), FrontierUrl.state.in_(("waiting", "leased")), FrontierUrl.url != ""
    )
    is_stored = any(find(session, each.source, each.id) is not None for each in linked.documents)
    return None if is_stored or session.scalar(awaited) is not None else source.id


@dataclass(frozen=True)
class Bringer:
    """Who brings a piece, and by which collaborator's code if it came by the form."""

    actor: Actor
    collaborator: int | None = None


def _note(session: Session, bringer: Bringer, piece: Piece, stored: Stored, missed: str | None, now: datetime) -> Added:
    row, actor = session.get_one(DocumentRow, stored.document_id), bringer.actor
    brought = BroughtPiece(
        document_id=row.id, brought_by=actor.name[:120], office=actor.office, collaborator_id=bringer.collaborator, form=piece.form,
        outcome=stored.outcome, missed_by=missed, at=now,
    )  # fmt: skip
    session.add(brought)
    audit(session, actor, "add", f"document {row.id}", now, form=piece.form, outcome=stored.outcome, missed_by=missed)
    of_story = select(func.count()).select_from(DocumentRow).where(DocumentRow.story_id == row.story_id, DocumentRow.id != row.id)
    copies = session.scalar(of_story.where(DocumentRow.deleted.is_(None))) or 0
    return Added(stored.outcome, row.id, row.title, row.text, copies, missed)


def _add_link(installation: Installation, bringer: Bringer, piece: Piece, fetch: Fetch) -> Added:
    linked = read_link(piece.url or "", load_sources(installation.settings.config_dir), installation.settings, fetch)
    now = installation.clock.now()
    with installation.record.session() as session:
        missed = _missing(session, linked)
        stored = linked.store(session, installation.privacy, now)
        return _note(session, bringer, piece, stored, missed, now)


def add_piece(
    installation: Installation, actor: Actor, piece: Piece, *, collaborator: int | None = None, fetch: Fetch | None = None
) -> Added:
    """Take in one piece: masked, stored once, with who brought it.

    A link alone is fetched as politely as a crawl does, and becomes public coverage; a page of a known source is stored as that source's
    and followed from then on (edits, comments, the thread's other pages). A text or a picture belongs to the actor's office; brought by
    the national desk it is public coverage. Brought again, in whatever spelling of blanks, case and marks, it is ``unchanged``.

    The caller annotates and indexes (``langnghe.cli.pipeline.annotate_and_index``); in a running installation the next round does.

    Args:
        installation: record, settings, clock and key.
        actor: who brings it; needs to be an officer.
        piece: what is brought.
        collaborator: id of the collaborator whose code was used, if it came by the form.
        fetch: fetches a link; None: :func:`crawlers.probe.fetch_pages`.

    Raises:
        NotAllowed: the actor may not.
        WrongCall: nothing was brought, the picture has no text, or the page is no article; with what to do instead.
        Unavailable: the page does not answer or stands behind a wall, or tesseract is missing.
    """
    office = None if actor.office == NATIONAL else actor.office
    actor.require(Role.officer, office, "add a piece")
    piece, bringer = _checked(piece), Bringer(actor, collaborator)
    if piece.form == "link":
        return _add_link(installation, bringer, piece, fetch or (lambda urls: fetch_pages(installation.settings, urls)))
    text = piece.text or read_picture(piece.picture or b"").text
    now = installation.clock.now()
    with installation.record.session() as session:
        stored = store_document(session, _typed(piece, text, office, now), privacy=installation.privacy, now=now)
        return _note(session, bringer, piece, stored, None, now)
