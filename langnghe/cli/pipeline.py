"""What follows once documents are in the record: annotate them, make them searchable, raise concerns."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from langnghe.actor import NATIONAL, SYSTEM
from langnghe.errors import LangngheError
from langnghe.installation import Installation

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Processed:
    """How many documents went through each step."""

    annotated: int
    searchable: int
    """Documents that the index holds now."""


def annotate_and_index(installation: Installation) -> Processed:
    """Annotate what is new or changed and bring the index up to the record."""
    from index.synchronise import drain_outbox, open_or_build
    from nlp.annotator import load_annotator
    from nlp.stored import annotate_pending

    annotated = annotate_pending(installation.record, load_annotator(installation.settings), installation.places)
    index = open_or_build(installation.record, installation.settings)
    try:
        drain_outbox(installation.record, index, places=installation.places)
        return Processed(annotated, index.count())
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


def send_digests(
    installation: Installation, day: date, office: str | None = None, tell: Callable[[str, str, bool], object] | None = None
) -> None:
    """Send the morning mails of ``day`` to all subscribers, each once; one that fails does not keep the others from theirs.

    Args:
        installation: whose settings name the subscribers.
        day: the morning.
        office: only to the subscribers of this one.
        tell: is given address, office and whether the mail was sent now (False: before).

    Raises:
        LangngheError: naming those that could not be sent; the next call tries these again.
    """
    from alerts.digest.sending import BeingSent, send_digest

    failed = []
    for address, of in installation.settings.mail.subscribers.items():
        if office not in (None, of):
            continue
        try:
            sent = send_digest(installation.record, installation.settings, of, day, address, SYSTEM)
            if tell:
                tell(address, of, sent)
        except BeingSent as error:
            log.info("%s", error.problem)
        except LangngheError as error:
            failed.append(f"{address}: {error.problem}")
        except Exception as error:
            log.exception("the digest for %s failed", address)
            failed.append(f"{address}: {type(error).__name__}: {error}")
    if failed:
        raise LangngheError(
            f"{len(failed)} digests could not be sent: {'; '.join(failed)}", "Look at the mail settings; they are tried again."
        )
