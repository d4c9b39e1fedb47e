"""A small installation as the dashboard finds it: two months of coverage, a shortage in Nghệ An, an index, some crawls."""

import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config as st_config
from streamlit.testing.v1 import AppTest

from alerts.concerns import raise_concerns
from index.synchronise import reindex
from langnghe.accounts.people import add_account
from langnghe.accounts.sessions import log_in
from langnghe.actor import NATIONAL, SYSTEM, Role
from langnghe.cli.dashboard import address_of, start_dashboard, wait_until_ready
from langnghe.clock import VIETNAM, FixedClock
from langnghe.config_files import default_config_dir
from langnghe.privacy import Privacy
from langnghe.record import ledger
from langnghe.record.database import open_record
from langnghe.record.ledger import Outcome
from langnghe.settings import DashboardSettings, MailSettings, Settings
from tests.alerts.conftest import TODAY, Writer

NOW = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)
APP = str(default_config_dir().parent / "dashboard" / "app.py")
SHORTAGE = "Thuốc và vật tư BHYT · Nghệ An"


def seed(record, settings, privacy, clock):
    """Fill a record through the services; gives the id of the concern."""
    write = Writer(record, privacy)
    write.everyday(TODAY - timedelta(days=60), TODAY - timedelta(days=1))
    for day in range(4, -1, -1):
        for i in range(2):
            write(TODAY - timedelta(days=day), source=f"bao-{(day + i) % 3}", outlet=f"Báo {(day + i) % 3}", concern=2)
    with record.session() as session:
        for source, outcomes in {
            "bao-mai": [Outcome.stored] * 3 + [Outcome.off_topic],
            "bao-0": [Outcome.unchanged, Outcome.failed],
        }.items():
            run = ledger.start_run(session, source, clock.now() - timedelta(hours=1))
            for number, outcome in enumerate(outcomes):
                reason = "HTTP 500" if outcome is Outcome.failed else None
                ledger.note_outcome(
                    session, run, f"https://{source}.example/{number}", outcome, clock.now() - timedelta(hours=1), reason=reason
                )
            ledger.finish_run(session, run, clock.now())
    reindex(record, settings)
    return raise_concerns(record, TODAY, settings, SYSTEM).opened[0]


@dataclass(frozen=True)
class Seeded:
    folder: Path
    concern: int


@pytest.fixture(scope="session")
def seeded(tmp_path_factory):
    """A filled data folder, made once; each test works on a copy."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("seeded") / "data")
    clock = FixedClock(NOW)
    record = open_record(settings, clock)
    concern = seed(record, settings, Privacy(b"a key of the tests"), clock)
    record.close()
    return Seeded(settings.data_dir, concern)


@pytest.fixture
def record(settings, clock):
    """The record of the test's installation: the filled one where ``concern`` has put it in place."""
    opened = open_record(settings, clock)
    yield opened
    opened.close()


@pytest.fixture
def environment(settings, clock, monkeypatch):
    """What tells a dashboard which installation it shows."""
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LANGNGHE_NOW", clock.now().isoformat())
    # As dashboard/.streamlit/config.toml has it; a script under test does not read that file.
    st_config.set_option("runner.magicEnabled", False)


@pytest.fixture
def concern(seeded, settings, environment):
    """Puts the filled installation in place; the id of its concern."""
    shutil.copytree(seeded.folder, settings.data_dir)
    return seeded.concern


@pytest.fixture
def visit(environment):
    """``visit("search", q="thuốc")``: the page as a browser would get it; nothing has gone wrong on it unseen."""
    st.cache_data.clear()
    main = sys.modules["__main__"]

    def open_page(page, *, office=None, language=None, **parameters):
        app = AppTest.from_file(APP, default_timeout=60)
        for name, value in {"office": office, "language": language}.items():
            if value is not None:
                app.session_state[name] = value
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        if page != "today":
            app.switch_page(f"app_pages/{page}.py")
            for name, value in parameters.items():
                app.query_params[name] = value
            app.run()
        assert not app.exception
        return app

    yield open_page
    st.cache_resource.clear()
    sys.modules["__main__"] = main  # AppTest puts the script there, and processes that are started later would run it


def text_of(app):
    """All that a page says, labels of links and buttons included."""
    said = [element.proto.body for element in app.get("html")]
    # A link's label is Markdown, in which signs are escaped.
    said += [element.proto.label.replace("\\", "") for element in app.get("page_link")]
    said += [button.label for button in app.button]
    said += [element.value for element in [*app.success, *app.warning, *app.error, *app.markdown]]
    return "\n".join(said)


SECONDS = 20_000
PASSWORD = "con cò bay lả bay la"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(folder, **dashboard) -> Iterator[str]:
    """A dashboard on a data folder, in a process of its own; gives its address."""
    port = free_port()
    # What the provider of a login is told to lead back to.
    mail = MailSettings(dashboard_url=f"http://127.0.0.1:{port}")
    ours = Settings(data_dir=folder, now=NOW, mail=mail, dashboard=DashboardSettings(port=port, **dashboard))
    process = start_dashboard(ours)
    try:
        wait_until_ready(process, address_of(ours.dashboard))
        yield address_of(ours.dashboard)
    finally:
        process.terminate()
        process.wait(10)


@dataclass(frozen=True)
class Site:
    """A dashboard that asks for a login, with its accounts."""

    address: str
    settings: Settings

    def token(self, name):
        """A session of an account, as its cookie holds it."""
        record = open_record(self.settings, FixedClock(NOW))
        try:
            return log_in(record, name, PASSWORD, hours=12)[0]
        finally:
            record.close()


@pytest.fixture(scope="session")
def site(seeded, tmp_path_factory) -> Iterator[Site]:
    """A dashboard with accounts: two officers, an approver and a viewer of Nghệ An, an administrator of the national desk."""
    folder = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(seeded.folder, folder)
    settings = Settings(data_dir=folder, now=NOW)
    record = open_record(settings, FixedClock(NOW))
    for name, role, office in [
        ("lan", Role.officer, "34-40"),
        ("mai", Role.officer, "34-40"),
        ("hoa", Role.approver, "34-40"),
        ("an", Role.viewer, "34-40"),
        ("quan-tri", Role.administrator, NATIONAL),
    ]:
        add_account(record, SYSTEM, name, role, office, password=PASSWORD)
    record.close()
    with serving(folder, access="accounts") as address:
        yield Site(address, settings)


@pytest.fixture
def open_browser(chromium):
    """``open_browser(site, "lan")``: a page of a browser in which that account is logged in."""
    contexts = []

    def open_page(site=None, name=None, width=1366, height=768):
        context = chromium.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        contexts.append(context)
        if name is not None:
            context.add_cookies([{"name": "langnghe_session", "value": site.token(name), "url": site.address}])
        page = context.new_page()
        page.set_default_timeout(SECONDS)
        return page

    yield open_page
    for context in contexts:
        context.close()
