"""What the administrator is told by mail: a mailbox that refuses, a mail given up, a job that keeps failing."""

from typing import Any

from sqlalchemy.orm import Session

from alerts.digest import outbox
from alerts.digest.message import Envelope, notice
from langnghe.actor import NATIONAL
from langnghe.clock import vietnam_day
from langnghe.record.database import Record
from langnghe.settings import Settings
from langnghe.wording import load_wording


def tell_administrator(record: Record, settings: Settings, session: Session, what: str, key: str, **told: Any) -> bool:
    """Write a notice into the outbox, one for each ``key`` and day; False where there is nobody to tell or it was told.

    A notice that could not be delivered itself is no reason for another.
    """
    to = settings.mail.administrator
    if to is None or told.get("recipient") == to:
        return False
    words, now = load_wording(settings.language, settings.config_dir), record.clock.now()
    day, kind = vietnam_day(now), f"notice-{key}"
    envelope = Envelope(kind, NATIONAL, day, to, now)
    message = notice(words(f"digest.notice_{what}_subject", **told), words(f"digest.notice_{what}", **told), envelope, settings.mail)
    return outbox.enqueue(session, outbox.Addressed(message, to, kind, day, NATIONAL), record) is not None
