"""``langnghe digest``: the morning mails of a day, sent once each or written as files."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langnghe.errors import LangngheError, WrongCall
from langnghe.installation import Installation

if TYPE_CHECKING:
    from langnghe.record.schema import MailRow


def _said(row: "MailRow") -> str:
    state = "sent" if row.state == "sent" else f"{row.state} ({row.problem})"
    return f"{state}: {row.office} {row.day} to {row.recipient}"


def _send_to_subscribers(installation: Installation, day: date, office: str | None) -> None:
    """Write what is missing, send what waits, and say of every mail of the day how it stands."""
    from alerts.digest.outbox import hasten, mails_of
    from langnghe.cli.pipeline import send_mails, write_digests

    record = installation.record
    with record.reading() as session:
        before = {row.id for row in mails_of(session, day, office) if row.state == "sent"}
    write_digests(installation, day, office)
    with record.session() as session:
        hasten(session, record, day)
        rows = mails_of(session, day, office)
    if not rows:
        raise LangngheError(
            f"nobody gets the digest{f' of {office}' if office else ''}: mail.subscribers and 'langnghe subscriptions' name none",
            "Enter addresses with their offices there, or give --to ADDRESS to send it to one or --out DIR to write it.",
        )
    for row in rows:
        if row.id in before:
            print(f"sent before: {row.office} {row.day} to {row.recipient}")
    send_mails(installation, lambda row: print(_said(row)))


def digest(
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The morning, as YYYY-MM-DD.")],
    to: Annotated[str | None, typer.Option(help="Send to this address; without it and --out, to all subscribers.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write .eml files into this folder.", file_okay=False)] = None,
    office: Annotated[str | None, typer.Option(help="national, or a province; without it national, and without --to all offices.")] = None,
) -> None:
    """Write or send the digests of a day."""
    from alerts.digest.message import address
    from alerts.digest.sending import offices, send_digest, write_digest
    from langnghe.actor import NATIONAL, SYSTEM
    from langnghe.installation import open_installation
    from langnghe.progress import progress

    if to is not None:
        address(to, "--to")
    installation = open_installation()
    settings, record, when = installation.settings, installation.record, day.date()
    if office in (None, NATIONAL):
        chosen = offices(settings) if office is None and to is None else [NATIONAL]
    else:
        province = installation.places.by_name(office or "", when)
        if province is None:
            raise WrongCall(f"--office: there is no province {office!r}", "Use national or the name of one of the 34 provinces.")
        chosen = [installation.places.today_of(province.id)]
    if out is not None:
        for one in progress(chosen, "Writing digests", unit="offices"):
            print(write_digest(record, settings, one, when, out, to))
    elif to is None:
        _send_to_subscribers(installation, when, None if office is None else chosen[0])
    else:
        for one in chosen:
            sent = send_digest(record, settings, one, when, to, SYSTEM)
            print(f"{'sent' if sent else 'sent before'}: {one} {when} to {to}")
