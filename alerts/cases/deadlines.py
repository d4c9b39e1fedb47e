"""When a case is due: by its severity, and by the clock of the press rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.rules import CaseRules
from langnghe.errors import LangngheError


@dataclass(frozen=True)
class Deadlines:
    """Until when a case wants its answer, and its first information where the press rule applies; ``why``: severity or press."""

    due: datetime
    first_due: datetime | None
    why: str


def deadlines(opened: datetime, severity: int, rules: CaseRules, *, high_impact: bool | None = None) -> Deadlines:
    """The deadlines of a case.

    Args:
        opened: from when the clock runs.
        severity: 0, 1 or 2.
        rules: ``cases`` of ``config/alerts.yaml``.
        high_impact: what an officer says of it; None: by severity.
    """
    if severity not in rules.due_hours:
        raise LangngheError(f"there is no severity {severity}", "Use 0, 1 or 2.")
    due = opened + timedelta(hours=rules.due_hours[severity])
    if not (severity >= rules.press.severity if high_impact is None else high_impact):
        return Deadlines(due, None, "severity")
    return Deadlines(due, opened + timedelta(hours=rules.press.first_hours), rules.press.basis)
