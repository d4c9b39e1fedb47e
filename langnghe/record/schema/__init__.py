"""Tables of the record, the one truth; Alembic's migrations (``migrations/``) follow what stands here."""

from langnghe.record.schema.base import Base, Key, Moment
from langnghe.record.schema.coverage import AnnotationRow, Correction, DocumentRow, DocumentVersion, Fact, StoryBand, StoryRow
from langnghe.record.schema.crawling import CrawlRun, FrontierUrl, UrlOutcome
from langnghe.record.schema.system import AuditEntry, Lease, OutboxEntry, State
from langnghe.record.schema.work import Case, CaseEvent, Concern, ConcernEvent, MailRow

__all__ = [
    "AnnotationRow",
    "AuditEntry",
    "Base",
    "Case",
    "CaseEvent",
    "Concern",
    "ConcernEvent",
    "Correction",
    "CrawlRun",
    "DocumentRow",
    "DocumentVersion",
    "Fact",
    "FrontierUrl",
    "Key",
    "Lease",
    "MailRow",
    "Moment",
    "OutboxEntry",
    "State",
    "StoryBand",
    "StoryRow",
    "UrlOutcome",
]
