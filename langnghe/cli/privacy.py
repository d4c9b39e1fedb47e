"""``langnghe privacy``: papers that the law asks for, retention, keys, and erasure by request."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from langnghe.errors import LangngheError
from langnghe.installation import Installation

app = typer.Typer(help="Personal data: register and other papers, retention, keys, erasure by request.", no_args_is_help=True)
Out = Annotated[Path | None, typer.Option(help="Write it there; none: to standard output.", dir_okay=False)]


def _say(text: str, out: Path | None) -> None:
    if out is None:
        print(text)
        return
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise LangngheError(f"{out} can't be written: {error.strerror}", "Choose another file with --out.") from None
    print(out)


def _sources(installation: Installation) -> dict[str, int]:
    from crawlers.sources import load_sources

    live = [source for source in load_sources(installation.settings.config_dir).values() if not source.sample]
    return {
        "enabled": sum(source.enabled is True for source in live),
        "unverified": sum(source.enabled == "unverified" for source in live),
        "news": sum(source.kind not in ("xenforo", "discourse") for source in live),
        "forums": sum(source.kind in ("xenforo", "discourse") for source in live),
        "with_comments": sum(source.comments is not None for source in live),
    }


def _paper(name: str, out: Path | None) -> None:
    from langnghe.installation import open_installation
    from langnghe.register import write_paper

    installation = open_installation()
    _say(write_paper(installation, name, _sources(installation)), out)


@app.command("register")
def register(out: Out = None) -> None:
    """The processing register, from the configuration that runs (Vietnamese, Markdown)."""
    _paper("register", out)


@app.command("assessment")
def assessment(out: Out = None) -> None:
    """The impact assessment as a template to complete (Vietnamese, Markdown)."""
    _paper("assessment", out)


@app.command("security")
def security(out: Out = None) -> None:
    """Points of the security-level dossier that the system can answer (Vietnamese, Markdown)."""
    _paper("security", out)


@app.command("retention")
def retention() -> None:
    """Remove now what the rules of retention let go; the schedule does it every night."""
    from langnghe.cli.pipeline import annotate_and_index, keep_to_retention
    from langnghe.installation import open_installation

    installation = open_installation()
    removed = keep_to_retention(installation)
    if removed:
        annotate_and_index(installation)
    print(", ".join(f"{count} {what}" for what, count in removed.items()) or "nothing was due")


@app.command("rotate-key")
def rotate_key() -> None:
    """Put a new key in the place of the one that hashes authors; the old one goes on recognising until it is destroyed."""
    from langnghe.actor import SYSTEM
    from langnghe.author_keys import rotate_key as rotate
    from langnghe.installation import open_installation

    installation = open_installation()
    print(f"The earlier key is {rotate(installation.record, installation.settings.data_dir, SYSTEM)}")


@app.command("erase")
def erase(
    reference: Annotated[str, typer.Option(help="Number of the request in the office's register.")],
    reason: Annotated[str, typer.Option(help="On what the request rests.")],
    requested: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day of the request.")],
    url: Annotated[list[str] | None, typer.Option(help="A page to erase.")] = None,
    source: Annotated[str | None, typer.Option(help="Source of --id and --author.")] = None,
    ref: Annotated[list[str] | None, typer.Option("--id", help="A document's id at its source.")] = None,
    author: Annotated[str | None, typer.Option(help="All that this author wrote at the source.")] = None,
    out: Out = None,
) -> None:
    """Erase texts by request, everywhere and for good, and print the proof as JSON."""
    from langnghe.actor import SYSTEM
    from langnghe.backup import list_backups
    from langnghe.cli.pipeline import annotate_and_index, write_digests
    from langnghe.clock import VIETNAM, vietnam_day
    from langnghe.erasure import Wanted, left_in_index
    from langnghe.erasure import erase as erase_texts
    from langnghe.installation import open_installation

    installation = open_installation()
    record, now = installation.record, installation.clock.now()
    wanted = Wanted(tuple(url or ()), source, tuple(ref or ()), author)
    proof = erase_texts(record, installation.privacy, SYSTEM, wanted, reference=reference, reason=reason, requested=requested.date())
    annotate_and_index(installation)
    if now.astimezone(VIETNAM).time() >= installation.settings.mail.digest_at:
        write_digests(installation, vietnam_day(now))  # those that waited are written anew
    left = {**proof.left, **left_in_index(record, proof.detail["document_ids"])}
    backups = [path.name for path in list_backups(installation.settings.backup_dir)]
    told = {
        "erasure": proof.number,
        "reference": proof.reference,
        "reason": reason,
        "requested": requested.date().isoformat(),
        "erased": proof.detail["erased"],
        "documents": proof.documents,
        "removed": proof.removed,
        "left": left,
        "complete": not any(left.values()),
        "backups_that_still_hold_them": backups,
        "backups_gone_after": f"{installation.settings.backup.keep} more nightly backups",
    }
    _say(json.dumps(told, ensure_ascii=False, indent=1), out)
    if any(left.values()):
        raise LangngheError("something is left after the erasure", "See 'left' above; run 'langnghe reindex' and the command again.")
