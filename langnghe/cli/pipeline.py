"""What follows once documents are in the record: annotate them, make them searchable, raise concerns."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from langnghe.actor import NATIONAL, SYSTEM
from langnghe.errors import LangngheError
from langnghe.installation import Installation


@dataclass(frozen=True)
class Processed:
    """How many documents went through each step."""

    annotated: int
    indexed: int


def annotate_and_index(installation: Installation) -> Processed:
    """Annotate what is new or changed and bring the index up to the record."""
    from index.synchronise import drain_outbox, open_or_build
    from nlp.annotator import load_annotator
    from nlp.stored import annotate_pending

    annotated = annotate_pending(installation.record, load_annotator(installation.settings), installation.places)
    index = open_or_build(installation.record, installation.settings)
    try:
        return Processed(annotated, drain_outbox(installation.record, index))
    finally:
        index.close()


def raise_concerns(installation: Installation, day: date) -> Any:
    """Detect on the record's facts up to ``day``."""
    from alerts.concerns import raise_concerns as detect

    return detect(installation.record, day, installation.settings, SYSTEM)


def write_national_digest(installation: Installation, day: date, folder: Path) -> Path:
    """The national desk's morning mail of ``day`` as a file in ``folder``."""
    from alerts.digest.sending import write_digest

    return write_digest(installation.record, installation.settings, NATIONAL, day, folder)


def send_digests(installation: Installation, day: date) -> None:
    """Send the morning mails of ``day`` to all subscribers, each once; one that fails does not keep the others from theirs.

    Raises:
        LangngheError: naming those that could not be sent; the next call tries these again.
    """
    from alerts.digest.sending import send_digest

    failed = []
    for address, office in installation.settings.mail.subscribers.items():
        try:
            send_digest(installation.record, installation.settings, office, day, address, SYSTEM)
        except LangngheError as error:
            failed.append(f"{address}: {error.problem}")
    if failed:
        raise LangngheError(
            f"{len(failed)} digests could not be sent: {'; '.join(failed)}", "Look at the mail settings; they are tried again."
        )
