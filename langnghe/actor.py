"""Who acts: every service call is given an actor, and access is decided there, not by hiding a page."""

from dataclasses import dataclass
from enum import StrEnum

from langnghe.errors import NotAllowed

NATIONAL = "national"
"""The office of the national desk, which sees all."""


class Role(StrEnum):
    """What a person may do; each role may also do what those before it may."""

    viewer = "viewer"
    officer = "officer"
    approver = "approver"
    administrator = "administrator"


RANK = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True)
class Actor:
    """Somebody or something that calls a service.

    ``office`` is the code of a province of today (``34-40``) or :data:`NATIONAL`.
    """

    name: str
    role: Role
    office: str = NATIONAL

    @property
    def is_national(self) -> bool:
        """Whether the actor belongs to the national desk."""
        return self.office == NATIONAL

    def may(self, role: Role, office: str | None = None) -> bool:
        """Whether the actor holds at least ``role`` and sees what ``office`` owns (None: public)."""
        return RANK[self.role] >= RANK[role] and (office is None or self.is_national or office == self.office)

    def require(self, role: Role, office: str | None, action: str) -> None:
        """Raise :class:`NotAllowed` unless the actor may do ``action``."""
        if not self.may(role, office):
            raise NotAllowed(
                f"{self.name} ({self.role}, {self.office}) may not {action}",
                f"Ask somebody with the role {role} in the office {office or self.office}.",
            )


SYSTEM = Actor("langnghe", Role.administrator)
"""The system itself: scheduled crawling, annotation, detection."""
