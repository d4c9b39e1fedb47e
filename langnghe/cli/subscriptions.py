"""``langnghe subscriptions``: who gets which mails."""

from typing import Annotated

import typer

from langnghe.errors import WrongCall
from langnghe.installation import Installation

app = typer.Typer(help="Who gets which mails: list, add or change, stop, resume.", no_args_is_help=True)
Office = Annotated[str | None, typer.Option(help="national, or a province; none: national for 'add', all for the others.")]


def _office(installation: Installation, name: str | None) -> str | None:
    from langnghe.actor import NATIONAL

    if name in (None, NATIONAL):
        return name
    province = installation.places.by_name(name or "", installation.clock.now().date())
    if province is None:
        raise WrongCall(f"--office: there is no province {name!r}", "Use national or the name of one of the 34 provinces.")
    return str(installation.places.today_of(province.id))


@app.command("list")
def list_all() -> None:
    """Show all subscriptions, one a line."""
    from alerts.digest.subscriptions import follow_settings, list_subscriptions
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation

    installation = open_installation()
    follow_settings(installation.record, installation.settings)
    with installation.record.reading() as session:
        for row in list_subscriptions(session, SYSTEM):
            wishes = [row.frequency, "at once" if row.at_once else "", *row.topics, *row.kinds, f">={row.severity}" if row.severity else ""]
            print("\t".join([row.state, row.office, row.recipient, " ".join(filter(None, wishes)), *row.searches]))


@app.command("add")
def add(
    recipient: Annotated[str, typer.Argument(help="The address.")],
    office: Office = None,
    frequency: Annotated[str, typer.Option(help="daily, weekly, or never (only what is told at once).")] = "daily",
    at_once: Annotated[bool, typer.Option("--at-once/--not-at-once", help="Tell concerns of the highest severity at once.")] = False,
    topic: Annotated[list[str] | None, typer.Option(help="Only these topics.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only these kinds: news, comment, forum, social, feedback.")] = None,
    severity: Annotated[int, typer.Option(min=0, max=2, help="Only what has at least this severity.")] = 0,
    search: Annotated[list[str] | None, typer.Option(help="Tell new hits of this search.")] = None,
    language: Annotated[str | None, typer.Option(help="vi or en.")] = None,
) -> None:
    """Enter a subscription, or change that of the same address and office."""
    from alerts.digest.subscriptions import subscribe
    from langnghe.actor import NATIONAL, SYSTEM
    from langnghe.installation import open_installation

    installation = open_installation()
    row = subscribe(
        installation.record, installation.settings, SYSTEM, recipient, _office(installation, office) or NATIONAL, frequency=frequency,
        at_once=at_once, topics=topic or [], kinds=kind or [], severity=severity, searches=search or [], language=language,
    )  # fmt: skip
    print(f"{row.recipient} gets the mails of {row.office}: {row.frequency}{', and at once' if row.at_once else ''} ({row.state})")


@app.command("stop")
def stop(recipient: Annotated[str, typer.Argument(help="The address.")], office: Office = None) -> None:
    """Send no more mails to an address."""
    from alerts.digest.subscriptions import stop as stop_mails
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation

    installation = open_installation()
    for row in stop_mails(installation.record, SYSTEM, recipient, _office(installation, office)):
        print(f"{row.recipient} gets no more mails of {row.office}")


@app.command("resume")
def resume(recipient: Annotated[str, typer.Argument(help="The address.")], office: Office = None) -> None:
    """Send mails again to an address that was stopped or suspended."""
    from alerts.digest.subscriptions import resume as resume_mails
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation

    installation = open_installation()
    for row in resume_mails(installation.record, SYSTEM, recipient, _office(installation, office)):
        print(f"{row.recipient} gets the mails of {row.office} again")
