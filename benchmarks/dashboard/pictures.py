"""Takes the manual's pictures of every page, as an officer and an administrator see a demo record at 07:30.

python -m benchmarks.dashboard.pictures --record FOLDER   (a folder that ``langnghe demo --no-dashboard`` has filled; it works on a copy)
"""

import argparse
import json
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from alerts import cases
from benchmarks.dashboard.measure import FLAGS, STANDS
from dashboard.access import COOKIE
from dashboard.press import reviews
from index.synchronise import reindex
from langnghe.accounts.people import add_account
from langnghe.accounts.sessions import log_in
from langnghe.actor import NATIONAL, SYSTEM, Actor, Role
from langnghe.cli.dashboard import address_of, start_dashboard, wait_until_ready
from langnghe.clock import VIETNAM, FixedClock, vietnam_day
from langnghe.record.database import Record, open_record
from langnghe.record.schema import Concern
from langnghe.settings import DashboardSettings, Settings

IMAGES = Path(__file__).parents[2] / "docs" / "images"
WIDTH, HEIGHT, COLOURS = 1366, 768, 256
PASSWORD = secrets.token_urlsafe()
LAN, HOA = ("lan", "Nguyễn Thị Lan"), ("hoa", "Trần Thị Hoa")
PICKED = 4
"""Stories of the press review that is being edited."""


@dataclass(frozen=True)
class Shot:
    """A picture: its name, the page, who looks, and what is clicked before."""

    name: str
    path: str
    who: str = "lan"
    clicks: tuple[str, ...] = ()


SHOTS = (
    *(Shot(name, name) for name in ("today", "trends", "map", "intake", "sources")),
    *(Shot(name, path) for name, path in {"concern": "concern?id={concern}", "case": "case?id=1", "case-board": "case"}.items()),
    Shot("search", "search?q=thuốc+bhyt"),
    Shot("trends-topics", "trends?xem=topics&ngay=90&tinh="),
    Shot("drives", "drives?xem=coming"),
    Shot("editing", "editing?id=1&ngay=7"),
    Shot("reports", "reports", clicks=("Lập báo cáo",)),
    *(Shot(f"admin{part and '-'}{part}", f"admin?xem={part}", "quan-tri") for part in ("", "topics", "sources")),
)


def prepare(folder: Path, now: datetime) -> int:
    """Give the demo's record accounts, a case with a draft and a press review; gives the concern that is shown."""
    settings = Settings(data_dir=folder)
    record = open_record(settings, FixedClock(now))
    try:
        reindex(record, settings)
        with record.reading() as session:
            # The demo plants a shortage in one province.
            concern = session.scalars(select(Concern).where(Concern.province.like("34-%")).order_by(Concern.id).limit(1)).one()
        office = concern.province
        for (name, full_name), role in {LAN: Role.officer, HOA: Role.approver}.items():
            add_account(record, SYSTEM, name, role, office, full_name=full_name, password=PASSWORD)
        add_account(record, SYSTEM, "quan-tri", Role.administrator, NATIONAL, full_name="Đỗ Minh Quân", password=PASSWORD)
        _work(record, settings, Actor(f"{LAN[1]} ({LAN[0]})", Role.officer, office), concern.id)
        return concern.id
    finally:
        record.close()


def _work(record: Record, settings: Settings, officer: Actor, concern: int) -> None:
    case = cases.open_case(record, officer, concern, settings)
    cases.begin_paper(record, officer, case.id, "press_information", settings, recipient="Báo Dân Sinh Mới")
    day = vietnam_day(record.clock.now())
    review = reviews.begin_review(record, officer, day, f"Điểm báo ngày {day:%d/%m/%Y}")
    with record.reading() as session:
        found = reviews.candidates(session, officer, day.replace(day=1), day)
    reviews.add_items(record, officer, review.id, [one.document_id for one in found[:PICKED]], settings, row_version=review.row_version)


def take(browser: Browser, settings: Settings, record: Record, shot: Shot, concern: int, out: Path) -> None:
    """One picture, in as many colours as it needs."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    token = log_in(record, shot.who, PASSWORD, hours=12)[0]
    context.add_cookies([{"name": COOKIE, "value": token, "url": address_of(settings.dashboard)}])
    page = context.new_page()
    page.goto(f"{address_of(settings.dashboard)}/{shot.path.format(concern=concern)}")
    _rest(page)
    for label in shot.clicks:
        page.get_by_role("button", name=label).click()
        page.get_by_text("Đã lập báo cáo.").wait_for()
        page.reload()
        _rest(page)
    path = out / f"{shot.name}.png"
    page.screenshot(path=path)
    context.close()
    Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def _rest(page: Page) -> None:
    page.wait_for_function(STANDS.replace("DONE", "true"), timeout=60_000)
    page.wait_for_timeout(700)  # pictures fade in


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=IMAGES)
    parser.add_argument("--port", type=int, default=18501)
    given = parser.parse_args()
    day = datetime.fromisoformat(json.loads((given.record / "demo.json").read_text())["day0"])
    now = datetime.combine(day, time(7, 30), VIETNAM)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary) / "data"
        shutil.copytree(given.record, folder)
        concern = prepare(folder, now)
        settings = Settings(data_dir=folder, now=now, dashboard=DashboardSettings(port=given.port, access="accounts"))
        process = start_dashboard(settings)
        record = open_record(settings, FixedClock(now))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            wait_until_ready(process, address_of(settings.dashboard))
            for shot in SHOTS:
                take(browser, settings, record, shot, concern, given.out)
        finally:
            browser.close()
            record.close()
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    main()
