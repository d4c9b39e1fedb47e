"""What a command works on: the settings, the record, the clock and the key of one installation."""

from dataclasses import dataclass
from functools import cached_property

from langnghe.author_keys import load_privacy
from langnghe.clock import Clock, RunningClock, SystemClock
from langnghe.labels import Labels, load_labels
from langnghe.places import Places, load_places
from langnghe.privacy import Privacy
from langnghe.record.database import Record, open_record
from langnghe.settings import Settings, load_settings


@dataclass
class Installation:
    """One installation, its parts opened when they are first asked for."""

    settings: Settings
    clock: Clock

    @cached_property
    def record(self) -> Record:
        """The record, brought to this program's schema."""
        return open_record(self.settings, self.clock)

    @cached_property
    def privacy(self) -> Privacy:
        """The key that hashes authors, and masking."""
        return load_privacy(self.settings.data_dir)

    @cached_property
    def labels(self) -> Labels:
        """The label set."""
        return load_labels(self.settings.config_dir)

    @cached_property
    def places(self) -> Places:
        """The provinces."""
        return load_places(self.settings.config_dir)


def open_installation(settings: Settings | None = None, clock: Clock | None = None) -> Installation:
    """The installation that the environment names, or that of ``settings``."""
    settings = settings or load_settings()
    return Installation(settings, clock or (RunningClock(settings.now) if settings.now else SystemClock()))
