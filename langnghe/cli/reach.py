"""Checks of ``langnghe doctor`` on what is reached over the net: the index, the mail server, the pages."""

import json
import urllib.error
import urllib.request

from langnghe.errors import LangngheError, Unavailable
from langnghe.installation import Installation

MAIL_SECONDS = 10.0
"""How long the mail server may take before it greets."""
PAGE_SECONDS = 3.0


def index(installation: Installation) -> str:
    """Whether the index answers and holds what the record holds."""
    from index.interface import NeedsRebuild, open_index
    from index.synchronise import compare_counts, count_documents

    try:
        opened = open_index(installation.settings)
    except NeedsRebuild:
        if count_documents(installation.record):
            raise
        return "none yet, it is built with the first documents"
    try:
        counts = compare_counts(installation.record, opened)
    finally:
        opened.close()
    backend = installation.settings.index.backend
    if counts.waiting:
        return f"{backend}: {counts.index} of {counts.record} documents, {counts.waiting} changes wait"
    if counts.record != counts.index:
        raise LangngheError(f"the record has {counts.record} documents to search, the index {counts.index}", "Run 'langnghe reindex'.")
    return f"{backend}: {counts.index} documents, as many as the record"


def mail(installation: Installation) -> str:
    """Whether the mail server answers, encrypts and lets us in, where anybody subscribes."""
    from alerts.digest.delivery import MailServer
    from alerts.digest.subscriptions import list_subscriptions
    from langnghe.actor import SYSTEM

    settings = installation.settings.mail
    with installation.record.reading() as session:
        subscribers = len({row.recipient for row in list_subscriptions(session, SYSTEM, states=("active",))} | set(settings.subscribers))
    if not subscribers:
        return "nobody subscribes to the digest"
    with MailServer(settings, timeout=MAIL_SECONDS) as server:
        server.connect()
    how = "TLS" if settings.tls else "STARTTLS" if settings.starttls else "not encrypted"
    return f"the mail server {settings.host}:{settings.port} answers ({how}), {subscribers} subscribers"


def _ask(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=PAGE_SECONDS) as answer:  # noqa: S310 - our own address
            return answer.status, answer.read(100_000)
    except urllib.error.HTTPError as error:
        return error.code, error.read(100_000)
    except (OSError, urllib.error.URLError) as error:
        raise Unavailable(f"{url} does not answer: {error}", "") from None


def dashboard(installation: Installation) -> str:
    """Whether the dashboard answers; one that was not started is no fault."""
    from langnghe.cli.dashboard import address_of

    url = address_of(installation.settings.dashboard)
    try:
        status, _ = _ask(f"{url}/_stcore/health")
    except Unavailable:
        return f"not served at {url}"
    if status != 200:
        raise LangngheError(f"what listens at {url} is no dashboard (HTTP {status})", "Stop it, or choose another dashboard.port.")
    return f"served at {url}"


def endpoints(installation: Installation) -> str:
    """Whether the endpoints answer and find the system well; not started is no fault."""
    settings = installation.settings.endpoints
    url = f"http://{settings.host}:{settings.port}"
    try:
        status, body = _ask(f"{url}/health")
    except Unavailable:
        return f"not served at {url}"
    try:
        problems = json.loads(body)["problems"]
    except (ValueError, KeyError, TypeError):
        raise LangngheError(
            f"what listens at {url} are no endpoints (HTTP {status})", "Stop it, or choose another endpoints.port."
        ) from None
    if problems:
        raise LangngheError(f"{url}/health says: {'; '.join(problems)}", "See the page 'Operation' of the documentation.")
    return f"served at {url}, and all is well"
