"""A headless Chromium opens the dashboard on the demo's data and sees the concern."""

import re
import signal
import subprocess
import sys
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.demo.conftest import environment
from tests.servers.postgresql import free_port

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def dashboard(demo):
    """The address of the dashboard as ``langnghe demo`` leaves it open."""
    run, port = demo(1), free_port()
    # A shell's background job ignores Ctrl-C and its children with it: here it is heard wherever the tests are run.
    command = ["env", "--default-signal=INT", sys.executable, "-m", "langnghe", "demo"]
    process = subprocess.Popen(
        command,
        env=environment(run.folder, LANGNGHE_DASHBOARD__PORT=str(port), BROWSER="true"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for line in process.stdout:
            if f"http://127.0.0.1:{port}" in line:
                break
        else:
            pytest.fail("the demo ended before its dashboard was there")
        yield run, f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        process.stdout.close()


@pytest.fixture(scope="module")
def page(chromium):
    opened = chromium.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


def test_the_dashboard_says_that_it_is_well(dashboard):
    _, address = dashboard
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=10) as answer:
        assert answer.read() == b"ok"


def test_today_shows_both_concerns_above_the_fold(dashboard, page):
    run, address = dashboard
    page.goto(address)
    shortage = run.truth["groups"]["drug_shortage"]["provinces"][0]["name"]
    for title in (f"Thuốc và vật tư BHYT · {shortage}", "Rút BHXH một lần"):
        line = page.get_by_text(re.compile(re.escape(title))).first
        expect(line).to_be_visible(timeout=60_000)
        assert line.bounding_box()["y"] < 768


def test_a_click_leads_to_why_and_from_there_to_a_case(dashboard, page):
    run, address = dashboard
    page.goto(address)
    shortage = run.truth["groups"]["drug_shortage"]["provinces"][0]["name"]
    page.get_by_text(re.compile(rf"Thuốc và vật tư BHYT · {shortage}")).first.click()
    expect(page).to_have_url(re.compile(r"/concern\?id=\d+"))
    expect(page.get_by_text("Đang nói gì").first).to_be_visible()
    expect(page.get_by_text("Diễn biến").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Mở vụ việc")).first).to_be_visible()


def test_a_search_by_its_address_shows_the_shortage(dashboard, page):
    _, address = dashboard
    page.goto(f"{address}/search?q=thuoc+bhyt")
    expect(page.get_by_text(re.compile(r"\d+ kết quả")).first).to_be_visible()
    expect(page.locator("mark").first).to_be_visible()
