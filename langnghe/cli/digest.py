"""``langnghe digest``: the morning mails of a day, sent once each or written as files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from langnghe.errors import WrongCall


def digest(
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The morning, as YYYY-MM-DD.")],
    to: Annotated[str | None, typer.Option(help="Send to this address.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write .eml files into this folder.", file_okay=False)] = None,
    office: Annotated[
        str | None, typer.Option(help="national, or a province; without it national, and with --out but no --to all 35 offices.")
    ] = None,
) -> None:
    """Write or send the digests of a day."""
    from alerts.digest.message import address
    from alerts.digest.sending import offices, send_digest, write_digest
    from langnghe.actor import NATIONAL, SYSTEM
    from langnghe.installation import open_installation
    from langnghe.progress import progress

    if to is None and out is None:
        raise WrongCall("digest needs somewhere to go", "Give --to ADDRESS to send it or --out DIR to write it.")
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
    elif to is not None:
        for one in chosen:
            sent = send_digest(record, settings, one, when, to, SYSTEM)
            print(f"{'sent' if sent else 'sent before'}: {one} {when} to {to}")
