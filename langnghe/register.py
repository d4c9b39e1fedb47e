"""Papers that the law asks for, filled from the configuration that runs: processing register, impact assessment, security dossier."""

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import func, select

from langnghe import __version__
from langnghe.clock import vietnam_day
from langnghe.documents import Kind
from langnghe.errors import WrongCall
from langnghe.installation import Installation
from langnghe.record.schema import Erasure, Subscription
from langnghe.retention import load_retention

PAPERS = ("register", "assessment", "security")
KINDS = {
    Kind.news: "Báo chí (tiêu đề, trích đoạn, đường dẫn)",
    Kind.comment: "Bình luận của bạn đọc",
    Kind.forum: "Bài trên diễn đàn",
    Kind.social: "Nội dung mạng xã hội do đơn vị nhập",
    Kind.feedback: "Góp ý, đơn thư, đường dây nóng do đơn vị nhập",
}


def _counts(installation: Installation) -> dict[str, int]:
    with installation.record.reading() as session:
        erasures = session.scalar(select(func.count()).select_from(Erasure)) or 0
        active = session.scalar(select(func.count()).select_from(Subscription).where(Subscription.state == "active")) or 0
    return {"erasures": erasures, "subscriptions": active}


def _mail_security(installation: Installation) -> str:
    mail = installation.settings.mail
    return "TLS" if mail.tls else "STARTTLS" if mail.starttls else "đường truyền nội bộ không mã hóa"


def write_paper(installation: Installation, name: str, sources: dict[str, int]) -> str:
    """One of the papers as Markdown, in Vietnamese, which is the language they are filed in.

    Args:
        installation: whose configuration it tells.
        name: register, assessment or security.
        sources: numbers of sources: enabled, unverified, news, forums, with_comments.

    Raises:
        WrongCall: there is no such paper.
    """
    if name not in PAPERS:
        raise WrongCall(f"there is no paper {name!r}", f"Use one of: {', '.join(PAPERS)}.")
    settings = installation.settings
    values: dict[str, Any] = {
        "version": __version__,
        "today": vietnam_day(installation.clock.now()),
        "sources": sources,
        "delay": f"{settings.crawl.min_delay:g}",
        "user_agent": settings.crawl.user_agent,
        "retention": load_retention(settings.config_dir),
        "kinds": KINDS,
        "backups": settings.backup.keep,
        "backup_at": f"{settings.backup.at:%H:%M}",
        "access": settings.dashboard.access,
        "record": settings.database_url.split(":")[0].split("+")[0],
        "index": settings.index.backend,
        "log": settings.log.format,
        "mail_security": _mail_security(installation),
        "dashboard": f"{settings.dashboard.host}:{settings.dashboard.port}",
        "endpoints": f"{settings.endpoints.host}:{settings.endpoints.port}",
        **_counts(installation),
    }
    loader = FileSystemLoader(settings.config_dir / "privacy")
    environment = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, autoescape=False)  # noqa: S701 - Markdown
    environment.filters["day"] = lambda day: f"{day:%d/%m/%Y}"
    return environment.get_template(f"{name}.md.j2").render(values)
