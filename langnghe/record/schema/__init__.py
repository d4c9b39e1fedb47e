"""Tables of the record, the one truth; Alembic's migrations (``migrations/``) follow what stands here."""

from langnghe.record.schema.accounts import Account, LoginFailure, LoginSession, Override, PressItem, PressReview
from langnghe.record.schema.base import Base, Key, Moment
from langnghe.record.schema.coverage import AnnotationRow, Correction, DocumentRow, DocumentVersion, Fact, StoryBand, StoryRow
from langnghe.record.schema.crawling import BroughtPiece, Collaborator, ColumnMap, CrawlRun, FrontierUrl, UrlOutcome
from langnghe.record.schema.drives import DeputyStatement, Donation, DriveActivity, DriveRow, ReportRow
from langnghe.record.schema.mails import MailRow, Subscription, ToldEvent
from langnghe.record.schema.system import AuditEntry, Erasure, JobRun, Lease, OutboxEntry, State
from langnghe.record.schema.work import Case, CaseEvent, CasePaper, CaseSolution, Concern, ConcernEvent

__all__ = [
    "Account",
    "AnnotationRow",
    "AuditEntry",
    "Base",
    "BroughtPiece",
    "Case",
    "CaseEvent",
    "CasePaper",
    "CaseSolution",
    "Collaborator",
    "ColumnMap",
    "Concern",
    "ConcernEvent",
    "Correction",
    "CrawlRun",
    "DeputyStatement",
    "DocumentRow",
    "DocumentVersion",
    "Donation",
    "DriveActivity",
    "DriveRow",
    "Erasure",
    "Fact",
    "FrontierUrl",
    "JobRun",
    "Key",
    "Lease",
    "LoginFailure",
    "LoginSession",
    "MailRow",
    "Moment",
    "OutboxEntry",
    "Override",
    "PressItem",
    "PressReview",
    "ReportRow",
    "State",
    "StoryBand",
    "StoryRow",
    "Subscription",
    "ToldEvent",
    "UrlOutcome",
]
