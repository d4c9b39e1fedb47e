"""Tables of the record, the one truth; Alembic's migrations (``migrations/``) follow what stands here."""

from langnghe.record.schema.accounts import Account, LoginFailure, LoginSession, Override, PressItem, PressReview
from langnghe.record.schema.base import Base, Key, Moment
from langnghe.record.schema.coverage import AnnotationRow, Correction, DocumentRow, DocumentVersion, Fact, StoryBand, StoryRow
from langnghe.record.schema.crawling import BroughtPiece, Collaborator, ColumnMap, CrawlRun, FrontierUrl, UrlOutcome
from langnghe.record.schema.drives import DeputyStatement, Donation, DriveActivity, DriveRow, ReportRow
from langnghe.record.schema.mails import MailRow, Subscription, ToldEvent
from langnghe.record.schema.searches import SavedSearch, SavedSearchMatch, SavedSearchReading
from langnghe.record.schema.sharing import Claim, DeadLetter, HostTurn
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
    "Claim",
    "Collaborator",
    "ColumnMap",
    "Concern",
    "ConcernEvent",
    "Correction",
    "CrawlRun",
    "DeadLetter",
    "DeputyStatement",
    "DocumentRow",
    "DocumentVersion",
    "Donation",
    "DriveActivity",
    "DriveRow",
    "Erasure",
    "Fact",
    "FrontierUrl",
    "HostTurn",
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
    "SavedSearch",
    "SavedSearchMatch",
    "SavedSearchReading",
    "State",
    "StoryBand",
    "StoryRow",
    "Subscription",
    "ToldEvent",
    "UrlOutcome",
]
