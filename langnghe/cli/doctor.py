"""``langnghe doctor``: one line for each thing that must be right, each failure with its remedy."""

import shutil
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from langnghe.errors import LangngheError
from langnghe.installation import Installation

LEAST_FREE = 2 * 10**9
"""Bytes that must be free: a SQLite record under load and an index being rebuilt need room beside themselves."""

MAIL_SECONDS = 10.0
"""How long the mail server may take before it greets."""


@dataclass(frozen=True)
class Finding:
    """What a check found; ``remedy`` is empty where all is well."""

    check: str
    ok: bool
    text: str
    remedy: str = ""


def _config(installation: Installation) -> str:
    from alerts.rules import load_drives, load_rules
    from crawlers.sources import load_sources
    from langnghe.wording import LANGUAGES, load_wording

    folder = installation.settings.config_dir
    sources = load_sources(folder)
    load_rules(folder)
    load_drives(folder)
    for language in LANGUAGES:
        load_wording(language, folder)
    return f"{len(installation.labels.topics)} topics, {len(installation.places.of_34)} provinces, {len(sources)} sources"


def _disk(installation: Installation) -> str:
    folder = installation.settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise LangngheError(f"only {free / 1e9:.1f} GB free in {folder}", "Free some room or move data_dir.")
    return f"{free / 1e9:.0f} GB free in {folder}"


def _record(installation: Installation) -> str:
    from sqlalchemy import func, select

    from langnghe.record.outbox import backlog
    from langnghe.record.schema import AnnotationRow, DocumentRow

    with installation.record.reading() as session:
        documents = session.scalar(select(func.count()).select_from(DocumentRow)) or 0
        annotated = session.scalar(select(func.count()).select_from(AnnotationRow)) or 0
        return f"{documents} documents, {documents - annotated} await annotation, {backlog(session)} changes wait for the index"


def _model(installation: Installation) -> str:
    from nlp.annotator import load_annotator

    return load_annotator(installation.settings).model


def _index(installation: Installation) -> str:
    from index.interface import NeedsRebuild, open_index
    from index.synchronise import compare_counts, count_documents

    try:
        index = open_index(installation.settings)
    except NeedsRebuild:
        if count_documents(installation.record):
            raise
        return "none yet, it is built with the first documents"
    try:
        counts = compare_counts(installation.record, index)
    finally:
        index.close()
    if counts.waiting:
        return f"{installation.settings.index.backend}: {counts.index} of {counts.record} documents, {counts.waiting} changes wait"
    if counts.record != counts.index:
        raise LangngheError(f"the record has {counts.record} documents to search, the index {counts.index}", "Run 'langnghe reindex'.")
    return f"{installation.settings.index.backend}: {counts.index} documents, as many as the record"


def _mail(installation: Installation) -> str:
    settings = installation.settings.mail
    if not settings.subscribers:
        return "nobody subscribes to the digest"
    where = f"the mail server {settings.host}:{settings.port}"
    try:
        with smtplib.SMTP(settings.host, settings.port, timeout=MAIL_SECONDS):
            pass
    except (OSError, smtplib.SMTPException) as error:
        raise LangngheError(f"{where} does not answer: {error}", "Start it, or correct mail.host and mail.port.") from None
    return f"{where} answers, {len(settings.subscribers)} subscribers"


CHECKS: dict[str, Callable[[Installation], str]] = {
    "configuration": _config,
    "disk": _disk,
    "record": _record,
    "annotation": _model,
    "index": _index,
    "mail": _mail,
}


def _find(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, ok=True, text=check())
    except LangngheError as error:
        return Finding(name, ok=False, text=error.problem, remedy=error.remedy)


def examine(installation: Installation) -> Iterator[Finding]:
    """Go through all checks, one after the other; a failed one does not stop the others."""
    for name, check in CHECKS.items():
        yield _find(name, partial(check, installation))


def doctor() -> None:
    """Check the configuration and what it reaches; exits 1 where something is wrong."""
    from langnghe.installation import open_installation

    findings = []
    for finding in examine(open_installation()):
        findings.append(finding)
        print(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.check}: {finding.text}{'. ' + finding.remedy if finding.remedy else ''}")
    if failed := [finding.check for finding in findings if not finding.ok]:
        raise LangngheError(f"{len(failed)} of {len(findings)} checks failed: {', '.join(failed)}", "Each line above says what to do.")
