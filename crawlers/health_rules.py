"""``config/crawling.yaml``: what is watched of a source, and when it needs attention."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from langnghe.config_files import load


class HealthRules(BaseModel):
    """The thresholds; what each means stands in the file."""

    model_config = ConfigDict(extra="forbid")

    quiet_days: float = Field(gt=0)
    rhythm_days: int = Field(gt=0)
    rhythm_gaps: int = Field(ge=2)
    rhythm_factor: float = Field(ge=1)
    off_topic_days: float = Field(gt=0)
    idle_days: float = Field(gt=0)
    failing_hours: float = Field(gt=0)
    blocked_pages: int = Field(gt=0)
    rate_days: int = Field(gt=0)
    rate_pages: int = Field(gt=0)
    rate_of_trouble: float = Field(gt=0, le=1)
    compared_first: int = Field(gt=0)
    compared_one_in: int = Field(gt=0)
    compared_short: int = Field(ge=0)
    compared_pages: int = Field(gt=0)
    agreement_least: float = Field(gt=0, lt=1)
    missed_days: int = Field(gt=0)


def load_health_rules(config_dir: Path) -> HealthRules:
    """The rules of a configuration folder.

    Raises:
        ConfigurationError: the file is wrong; names file, line and remedy.
    """
    return load(config_dir / "crawling.yaml", HealthRules)
