"""The rules of ``config/mail.yaml``."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from langnghe.config_files import default_config_dir, load


class MailRules(BaseModel):
    """How mails are sent and retried."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retry_minutes: list[float] = Field(min_length=1)
    give_up_hours: float = Field(gt=0)
    hard_bounces: int = Field(ge=1)
    urgent_a_day: int = Field(ge=1)
    bundle_hours: float = Field(gt=0)
    urgent_days: int = Field(ge=1)

    def pause(self, attempts: int) -> float:
        """Minutes to wait after so many attempts."""
        return self.retry_minutes[min(attempts, len(self.retry_minutes)) - 1]


@cache
def load_mail_rules(config_dir: Path | None = None) -> MailRules:
    """The rules of a configuration folder (None: the one that came with the program)."""
    return load((config_dir or default_config_dir()) / "mail.yaml", MailRules)
