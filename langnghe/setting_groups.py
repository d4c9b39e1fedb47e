"""The groups of the settings, each with its defaults for one small machine."""

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

MIN_DELAY = 5.0
"""Seconds between two requests to a host, the least that is accepted on the live net."""


class Section(BaseModel):
    """A group of settings; an unknown name is an error, not a silent no."""

    model_config = ConfigDict(extra="forbid")


def secret_of(path: Path) -> str:
    """What a file holds beside the line's end.

    Raises:
        ValueError: it can't be read or is empty.
    """
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} can't be read: {error}") from None
    if not secret:
        raise ValueError(f"{path} is empty")
    return secret


class CrawlSettings(Section):
    """How pages are fetched."""

    user_agent: str = "LangNghe/0.1 (+https://langnghe.example/bot; contact: bot@langnghe.example)"
    min_delay: float = Field(MIN_DELAY, ge=0)
    """Seconds between two requests to a host; below 5 only with ``proxy`` and ``ca_file`` (recorded sources)."""
    proxy: str | None = None
    """URL of a proxy that every request goes through, such as the one that serves recorded sources."""
    ca_file: Path | None = None
    """PEM file of certificate authorities trusted in addition, such as the recorded sources' own."""
    timeout: float = Field(30, gt=0)
    max_bytes: int = Field(5_000_000, gt=0)
    concurrency: int = Field(16, gt=0)

    @model_validator(mode="after")
    def _impolite_only_on_recordings(self) -> "CrawlSettings":
        if self.min_delay < MIN_DELAY and not (self.proxy and self.ca_file):
            raise ValueError(f"below {MIN_DELAY:g} s is accepted only with crawl.proxy and crawl.ca_file (recorded sources)")
        return self


class IndexSettings(Section):
    """Where the search index lives."""

    backend: Literal["embedded", "elasticsearch"] = "embedded"
    elasticsearch_url: str = "http://127.0.0.1:9200"
    elasticsearch_api_key: SecretStr | None = None
    elasticsearch_api_key_file: Path | None = None
    """File that holds the key."""
    elasticsearch_ca_file: Path | None = None
    elasticsearch_replicas: int | None = Field(None, ge=0, le=5)
    """Copies of every partition; None: one as soon as a second node can hold it. Of the next build (``langnghe reindex``)."""
    prefix: str = "langnghe"
    """Beginning of the names of indices and aliases on a shared cluster."""

    @model_validator(mode="after")
    def _secret_from_file(self) -> "IndexSettings":
        if self.elasticsearch_api_key_file is not None and self.elasticsearch_api_key is None:
            self.elasticsearch_api_key = SecretStr(secret_of(self.elasticsearch_api_key_file))
        return self


class NlpSettings(Section):
    """What annotates."""

    backend: str = "shipped"
    """``shipped``: the models that came with the program or were learned here; ``transformers``: ``model`` over them."""
    model: str | None = None
    """Of the backend ``transformers``: a name of config/models, or a folder that holds a manifest."""
    accept_licence: str | None = None
    """Licence of ``model`` that the office has agreed to, where its manifest asks for that."""
    processes: int = Field(1, ge=1)


class WorkerSettings(Section):
    """Several machines: annotation, indexing and the schedule as tasks of Celery (``langnghe worker``)."""

    broker: str | None = None
    """Redis, such as ``redis://queue.bhxh.example:6379/0``; None: one process does all (``langnghe run``)."""
    visibility_seconds: int = Field(600, ge=1)
    """After so long a task whose worker was not heard of again is given to another one."""
    batch: int = Field(100, ge=1)
    """Documents that a worker annotates in one task."""
    attempts: int = Field(4, ge=1)
    """Tries of a task before it is put aside for a person to look at."""


class AlertSettings(Section):
    """When a concern is raised."""

    budget: float = Field(1.0, gt=0)
    """False alarms a day that the administrator accepts, for the whole country."""


def _office(text: str) -> str:
    from langnghe.actor import NATIONAL
    from langnghe.places import load_places

    if text != NATIONAL and text not in {province.id for province in load_places().of_34}:
        raise ValueError(f"{text!r} is no office: write {NATIONAL} or the code of one of the 34 provinces, such as 34-40")
    return text


def _public_url(url: str | None) -> str | None:
    if url is not None and not re.fullmatch(r"https://\S+|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?\S*", url):
        raise ValueError("write it as https://...: programs of mail readers follow no other (RFC 8058)")
    return url


class MailSettings(Section):
    """How mail leaves."""

    host: str = "127.0.0.1"
    port: int = 25
    username: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None
    """File that holds the password, such as a credential of systemd or a secret of a container."""
    starttls: bool = False
    tls: bool = False
    """TLS from the first byte (port 465), in place of ``starttls``."""
    ca_file: Path | None = None
    """PEM file of certificate authorities trusted in addition, for a mail server of the house."""
    sender: str = "Lắng Nghe <langnghe@bhxh.example>"
    administrator: str | None = None
    """Who is told of a mailbox that refuses mails and of a backup that fails."""
    subscribers: dict[str, Annotated[str, AfterValidator(_office)]] = {}
    """Who gets the morning digest: address → office (``national`` or a province's code such as ``34-40``)."""
    digest_at: time = time(7)
    """When the morning digest leaves, Asia/Ho_Chi_Minh."""
    weekly_day: int = Field(1, ge=1, le=7)
    """Day of the weekly digest, 1 for Monday."""
    dashboard_url: str = "http://127.0.0.1:8501"
    """Where links in mails lead."""
    endpoint_url: Annotated[str | None, AfterValidator(_public_url)] = None
    """Public address of the small endpoints; with it mails can be stopped by one click."""

    @model_validator(mode="after")
    def _secret_from_file(self) -> "MailSettings":
        if self.tls and self.starttls:
            raise ValueError("tls and starttls exclude each other")
        if self.password_file is not None and self.password is None:
            self.password = SecretStr(secret_of(self.password_file))
        return self


class EndpointSettings(Section):
    """Where the small endpoints are served: stopping mails by one click, health, metrics."""

    host: str = "127.0.0.1"
    port: int = Field(8502, ge=1, le=65535)
    trusted_proxy: bool = False
    """Whether a reverse proxy names the caller in X-Forwarded-For; needed for a fair rate limit behind one."""


class BackupSettings(Section):
    """Where backups are kept, and how many."""

    folder: Path | None = None
    """None: ``backups`` in ``data_dir``; better another disk."""
    keys_folder: Path | None = None
    """Where the keys that hash authors are kept, apart from the backups; None: they are not backed up."""
    keep: int = Field(14, ge=1)
    at: time = time(2)
    """When the nightly backup is made, Asia/Ho_Chi_Minh."""
    snapshot_repository: str | None = None
    """Elasticsearch's snapshot repository that a backup writes to; None: a restore indexes anew."""


class LogSettings(Section):
    """What is logged, and how."""

    format: Literal["text", "json"] = "text"
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class OidcSettings(Section):
    """The office's own provider of OpenID Connect; its redirect address is ``mail.dashboard_url`` + ``/oauth2callback``."""

    metadata_url: str
    """Where the provider describes itself: ``https://.../.well-known/openid-configuration``."""
    client_id: str
    client_secret: SecretStr


class DashboardSettings(Section):
    """Where the dashboard is served, and who may open it."""

    host: str = "127.0.0.1"
    port: int = Field(8501, ge=1, le=65535)
    access: Literal["local", "proxy", "accounts", "oidc"] = "local"
    """``local``: whoever reaches this machine's own address is the national desk; ``proxy``: a reverse proxy asks for
    the login, and all whom it lets through are trusted; ``accounts``: name and password (``langnghe accounts``);
    ``oidc``: the provider below,
    accounts by mail address."""
    oidc: OidcSettings | None = None
    session_hours: float = Field(12, gt=0, le=24)
    """A session ends after so many hours, whatever happens."""
    idle_minutes: float = Field(120, gt=0)
    """A session of a local account ends when it is not used for so long."""

    @model_validator(mode="after")
    def _oidc_is_described(self) -> "DashboardSettings":
        if self.access == "oidc" and self.oidc is None:
            raise ValueError("access is oidc: dashboard.oidc must name metadata_url, client_id and client_secret")
        return self
