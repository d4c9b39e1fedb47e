"""The real dashboard in Debian's Chromium."""

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from dashboard.targets import PAGES
from tests.dashboard.conftest import SECONDS, SHORTAGE, serving


@pytest.fixture(scope="module")
def address(seeded, tmp_path_factory):
    """One dashboard without a login for all; what a test changes, no other one looks at."""
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(seeded.folder, folder)
    with serving(folder) as served:
        yield served


@pytest.fixture
def page(open_browser) -> Page:
    return open_browser()


def test_an_officer_sees_the_concern_reads_why_and_opens_a_case(page, address, seeded):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    title = page.get_by_role("link", name=SHORTAGE)
    expect(title).to_be_visible()
    assert title.bounding_box()["y"] < 768, "above the fold"
    title.click()
    expect(page).to_have_url(re.compile(rf"/concern\?id={seeded.concern}$"))
    expect(page.get_by_text("Chỉ Nghệ An vượt mức thường lệ")).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg")).to_have_count(2)
    page.get_by_role("button", name="Mở vụ việc").click()
    expect(page.get_by_text("Đã mở vụ việc.")).to_be_visible()
    expect(page, "one click opens the case and leads to it").to_have_url(re.compile(r"/case\?id=\d+$"))
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_a_link_of_a_mail_leads_to_the_concern_and_to_the_search(page, address, seeded):
    page.goto(f"{address}/concern?id={seeded.concern}")
    expect(page.get_by_role("heading", name=SHORTAGE)).to_be_visible()
    page.goto(f"{address}/search?q=chay+than&tinh=34-40")
    expect(page.locator(".ln-hit mark").first).to_be_visible()
    expect(page.get_by_role("link", name="Nghệ An", exact=True)).to_be_visible()
    page.get_by_role("link", name="Nghệ An", exact=True).click()
    expect(page).to_have_url(re.compile(r"/search\?q=chay\+?(%20)?than$"))


def test_the_office_and_the_language_stay_while_one_goes_from_page_to_page(page, address):
    page.goto(f"{address}/today")
    expect(page.locator("html[lang=vi]")).to_have_count(1)
    page.get_by_text("English").click()
    expect(page.get_by_text("Emerging concerns").first).to_be_visible()
    expect(page.locator("html[lang=en]")).to_have_count(1)
    page.get_by_role("link", name="Sources", exact=True).click()
    expect(page.get_by_role("heading", name="Sources")).to_be_visible()
    page.goto(f"{address}/today")
    expect(page.get_by_text("Emerging concerns").first, "a link from a mail, later").to_be_visible()


def test_what_streamlit_says_itself_is_said_in_the_language_of_the_session(page, address):
    page.goto(f"{address}/intake")
    expect(page.get_by_test_id("stFileUploader").get_by_text("Chọn tệp")).to_be_visible()
    expect(page.get_by_text("tối đa 20MB mỗi tệp • PNG, JPG, WEBP")).to_be_visible()
    page.get_by_role("button", name="Chọn ngày").click()
    expect(page.get_by_role("button", name="Tháng trước")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Tháng \d+$")).first, "in a browser that speaks English").to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Gặp ở đâu").click()
    page.keyboard.type("nirgends")
    expect(page.get_by_text("Không có mục nào khớp")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("English").click()
    expect(page.get_by_test_id("stFileUploader").get_by_role("button", name="Upload", exact=True)).to_be_visible()
    expect(page.get_by_text("20MB per file • PNG, JPG, WEBP")).to_be_visible()


def test_a_label_is_corrected_in_its_dialog(page, address):
    page.goto(f"{address}/search?q=chay+than&tinh=34-40")
    page.get_by_role("button", name="Sửa nhãn").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Liên quan đến BHXH, BHYT, BHTN").click()
    dialog.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu nhãn.")).to_be_visible()
    expect(dialog).to_have_count(0)


def test_a_phone_shows_every_page_without_scrolling_sideways(open_browser, address):
    phone = open_browser(width=360, height=740)
    for name in sorted(PAGES):
        phone.goto(f"{address}/{name}")
        expect(phone.locator(".ln-head h1").first).to_be_visible(timeout=SECONDS)
        phone.wait_for_timeout(400)
        assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 360, name


def test_an_unknown_address_says_what_still_works(page, address):
    page.goto(f"{address}/nirgends")
    expect(page.get_by_text("Không có trang này")).to_be_visible()
    page.get_by_role("link", name="Hôm nay").click()
    expect(page.get_by_role("link", name=SHORTAGE)).to_be_visible()
