"""What follows once documents are in the record: annotate them, make them searchable, raise concerns."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langnghe.actor import NATIONAL, SYSTEM
from langnghe.errors import LangngheError
from langnghe.installation import Installation
from langnghe.record.schema import MailRow

if TYPE_CHECKING:
    from langnghe.retention import RetentionRules


@dataclass(frozen=True)
class Processed:
    """How many documents went through each step."""

    annotated: int
    searchable: int
    """Documents that the index holds now."""


def annotate_and_index(installation: Installation) -> Processed:
    """Annotate what is new or changed and bring the index up to the record. What another model has annotated is left to ``reannotate``."""
    from index.synchronise import drain_outbox, open_or_build
    from nlp.annotator import load_annotator
    from nlp.stored import annotate_pending

    annotated = annotate_pending(installation.record, load_annotator(installation.settings), installation.places, again=False)
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


def write_digests(installation: Installation, day: date, office: str | None = None) -> int:
    """Write the mails of the morning of ``day`` into the outbox, for all subscribers (of one office); gives how many are new."""
    from alerts.digest.sending import enqueue_digests

    return enqueue_digests(installation.record, installation.settings, day, office)


def send_mails(installation: Installation, tell: Callable[[MailRow], object] | None = None) -> int:
    """Tell what is to be told at once, and send all of the outbox that is due; gives how many mails were sent.

    Raises:
        LangngheError: some could not be delivered; they are tried again by themselves, or the administrator has been told.
    """
    from alerts.digest.sending import send_waiting
    from alerts.digest.urgent import tell_at_once

    tell_at_once(installation.record, installation.settings)
    done = send_waiting(installation.record, installation.settings, SYSTEM, tell=tell)
    if done.later or done.failed:
        raise LangngheError(
            f"{done.sent} mails were sent, {done.later} wait and {done.failed} were refused: {done.problem}",
            "Those that wait are tried again by themselves; look at the mail settings.",
        )
    return done.sent


def keep_to_retention(installation: Installation) -> dict[str, int]:
    """Remove what the rules of retention let go: texts, mails, runs of jobs; gives what was removed, by kind."""
    from alerts.digest.outbox import forget_sent
    from langnghe.cli.schedule import load_schedule
    from langnghe.record.jobs import forget_jobs
    from langnghe.retention import keep_to_rules, load_retention

    record, config = installation.record, installation.settings.config_dir
    rules = load_retention(config)
    kept = keep_to_rules(record, rules, SYSTEM)
    with record.session() as session:
        kept.add("mails", forget_sent(session, record, rules.mails))
        kept.add("runs of jobs", forget_jobs(session, record.clock.now(), load_schedule(config).kept_days))
    kept.add("keys", _renew_keys(installation, rules))
    return kept.removed


def _renew_keys(installation: Installation, rules: "RetentionRules") -> int:
    """Put a new key in the place of one that has been in use for long, and destroy those that recognise nothing any more."""
    from langnghe.author_keys import destroy_keys, key_age, load_privacy, rotate_key

    record, folder = installation.record, installation.settings.data_dir
    load_privacy(folder)
    if key_age(record).days >= rules.key:
        rotate_key(record, folder, SYSTEM)
    return 0 if rules.posts is None else len(destroy_keys(record, folder, rules.posts, SYSTEM))
