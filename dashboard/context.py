"""What every page works with: the installation, who is there, and in which language."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import streamlit as st

from crawlers.sources import load_sources
from dashboard.access import LANGUAGE_COOKIE, visitor
from index.interface import SearchIndex, open_index
from langnghe.actor import NATIONAL, Actor
from langnghe.errors import LangngheError
from langnghe.installation import Installation, open_installation
from langnghe.labels import Labels
from langnghe.places import NOWHERE, Places
from langnghe.record.database import Record
from langnghe.settings import Settings, load_settings, with_edits
from langnghe.wording import LANGUAGES, Wording, load_wording

OFFICE, LANGUAGE = "office", "language"
"""Names of the two switches in the session's state."""


@dataclass(frozen=True)
class Context:
    """One session's view of the installation; ``settings`` carry the language of the session."""

    settings: Settings
    record: Record
    actor: Actor
    words: Wording
    labels: Labels
    places: Places

    @property
    def now(self) -> datetime:
        """The present moment of the installation's clock."""
        return self.record.clock.now()

    def topic(self, topic: str) -> str:
        """A topic's name in the session's language."""
        return self.labels.topic_name(topic, self.words.language)

    def office(self, office: str) -> str:
        """An office's name in the session's language; in Vietnamese the official one."""
        if office == NATIONAL:
            return self.words("office.national")
        province = self.places.province(office)
        return self.words("office.province", name=province.bhxh_name if self.words.language == "vi" else province.name)

    def place(self, code: str) -> str:
        """A province's name, or that something holds for the whole country."""
        return self.words("alerts.nationwide") if code == NOWHERE else self.places.name(code)


@lru_cache(maxsize=4)
def _settings_of(environment: tuple[tuple[str, str], ...]) -> Settings:  # noqa: ARG001
    return load_settings()


def current_settings() -> Settings:
    """The settings of the environment, read once, with what administrators have edited by now."""
    if "LANGNGHE_CONFIG" in os.environ:
        return load_settings()
    return with_edits(_settings_of(tuple((name, value) for name, value in os.environ.items() if name.startswith("LANGNGHE_"))))


def settings_key(settings: Settings) -> str:
    """What tells two installations apart, as the key of what is kept between reruns."""
    return settings.model_dump_json()


@st.cache_resource(show_spinner=False, on_release=lambda installation: installation.record.close())
def _installation(key: str, _settings: Settings) -> Installation:  # noqa: ARG001
    opened = open_installation(_settings)
    # Opened here, so that what can't be opened is not kept.
    opened.record  # noqa: B018
    return opened


@st.cache_resource(show_spinner=False, on_release=lambda index: index.close())
def _index(key: str, _settings: Settings) -> SearchIndex:  # noqa: ARG001
    return open_index(_settings)


def current_installation() -> Installation:
    """The installation that the dashboard shows, with its key and clock."""
    settings = current_settings()
    return _installation(settings_key(settings), settings)


def current_index() -> SearchIndex:
    """The index that serves, for reading.

    Raises:
        NeedsRebuild, Unavailable: see :func:`index.interface.open_index`.
    """
    settings = current_settings()
    return _index(settings_key(settings), settings)


@st.cache_resource(show_spinner=False, ttl=300, max_entries=10)
def _sources(config_dir: str) -> tuple[dict[str, str], frozenset[str]]:
    """Names of the configured sources, and which are samples; looked up for every line of a page, so that no copy is made for each."""
    found = load_sources(Path(config_dir))
    return {key: source.name for key, source in found.items()}, frozenset(key for key, source in found.items() if source.sample)


def _configured(context: Context) -> tuple[dict[str, str], frozenset[str]]:
    try:
        return _sources(str(context.settings.config_dir))
    except LangngheError:
        # A broken source file leaves the ids to stand for themselves.
        return {}, frozenset()


def source_names(context: Context) -> dict[str, str]:
    """Name of each configured source by id."""
    return _configured(context)[0]


def samples(context: Context) -> frozenset[str]:
    """Ids of the sources that are invented and ship with the project."""
    return _configured(context)[1]


def current_language(settings: Settings) -> str:
    """The language of the session: what its switch says, what this browser had the last time, or the installation's own."""
    kept = st.context.cookies.get(LANGUAGE_COOKIE)
    return st.session_state.get(LANGUAGE) or (kept if kept in LANGUAGES else settings.language)


def current_words() -> Wording:
    """The wording of the session, before anything else can be opened."""
    settings = current_settings()
    return load_wording(current_language(settings), settings.config_dir)


def current_context() -> Context:
    """The context of this session.

    Raises:
        LoggedOut, NoAccount: see :func:`dashboard.access.visitor`.
        LangngheError: the settings are wrong, or the record can't be opened.
    """
    settings = current_settings()
    installation = _installation(settings_key(settings), settings)
    language = current_language(settings)
    return Context(
        settings=settings.model_copy(update={"language": language}),
        record=installation.record,
        actor=visitor(settings, installation.record, installation.places, st.session_state.get(OFFICE) or NATIONAL, datetime.now(UTC)),
        words=load_wording(language, settings.config_dir),
        labels=installation.labels,
        places=installation.places,
    )
