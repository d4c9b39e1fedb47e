"""What officers do, as they do it: in Debian's Chromium, logged in, from the mail to the answer."""

import re
import shutil
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from alerts.concerns import raise_concerns
from dashboard.targets import PAGES
from langnghe.accounts.people import add_account
from langnghe.actor import SYSTEM, Role
from langnghe.clock import FixedClock
from langnghe.privacy import Privacy
from langnghe.record.database import open_record
from langnghe.setting_groups import OidcSettings
from langnghe.settings import Settings
from tests.alerts.conftest import TODAY, Writer
from tests.dashboard.conftest import NOW, PASSWORD, SHORTAGE, serving
from tests.servers.oidc.provider import CLIENT, SECRET, provider


def settled(page):
    """The page has its heading and nothing runs any more."""
    expect(page.locator(".ln-head h1").first).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def go(page, site, path):
    page.goto(f"{site.address}/{path}")
    settled(page)


def said(page, text):
    """The page says it and has come to rest: a click while a script runs may still reach a button of before."""
    expect(page.get_by_text(text).first).to_be_visible()
    if page.get_by_test_id("stApp").count():
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def test_a_link_of_a_mail_survives_the_login(open_browser, site, seeded):
    page = open_browser()
    page.goto(f"{site.address}/concern?id={seeded.concern}")
    page.get_by_label("Tên đăng nhập").fill("an")
    page.get_by_label("Mật khẩu").fill("sai mật khẩu rồi")
    page.get_by_role("button", name="Đăng nhập").click()
    said(page, "không đúng")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page).to_have_url(re.compile(rf"/concern\?id={seeded.concern}$"))
    expect(page.get_by_role("heading", name=SHORTAGE)).to_be_visible()
    expect(page.get_by_text("Bạn xem được vấn đề này; cán bộ của đơn vị xử lý.")).to_be_visible()
    expect(page.get_by_role("button", name="Mở vụ việc"), "who reads is offered nothing").to_have_count(0)
    page.get_by_role("link", name="Đăng xuất").first.click()
    expect(page).to_have_url(re.compile("/dang-nhap"))


def test_a_session_that_ended_says_so_and_leads_back(open_browser, site):
    page = open_browser(site, "an")
    go(page, site, "today")
    other = page.context.new_page()
    other.goto(f"{site.address}/dang-xuat")
    page.get_by_role("link", name="Tìm kiếm", exact=True).click()
    said(page, "Phiên làm việc đã hết hạn")
    again = page.get_by_role("link", name="Đăng nhập lại")
    assert "tiep=%2Fsearch" in again.get_attribute("href")


def test_the_offices_own_provider_logs_in_and_the_link_survives(open_browser, seeded, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(seeded.folder, folder)
    record = open_record(Settings(data_dir=folder), FixedClock(NOW))
    add_account(record, SYSTEM, "lan", Role.officer, "34-40", mail="lan@nghean.example")
    record.close()
    with provider() as ours:
        described = OidcSettings(metadata_url=f"{ours.url}/.well-known/openid-configuration", client_id=CLIENT, client_secret=SECRET)
        with serving(folder, access="oidc", oidc=described) as address:
            page = open_browser()
            page.goto(f"{address}/concern?id={seeded.concern}")
            page.get_by_role("button", name="Đăng nhập bằng tài khoản của đơn vị").click()
            page.get_by_label("Mail").fill("lan@nghean.example")
            page.get_by_role("button", name="Log in").click()
            expect(page).to_have_url(re.compile(rf"/concern\?id={seeded.concern}$"))
            said(page, "Cán bộ · BHXH tỉnh Nghệ An")


def clicked(page, *names):
    """Click what has these names, one after the other."""
    for name in names:
        page.get_by_role("menuitem" if page.get_by_role("menu").count() else "button", name=name, exact=True).first.click()


def test_from_the_mail_to_an_answer_that_somebody_else_approved(open_browser, site, seeded):
    """Scenario 1 and 4: two clicks to a case with its draft; an answer is not sent without an approver who did not write it."""
    officer = open_browser(site, "lan")
    go(officer, site, f"concern?id={seeded.concern}")
    clicked(officer, "Soạn văn bản", "Thông tin cho báo chí")
    expect(officer).to_have_url(re.compile(r"/case\?id=\d+"))
    said(officer, "Đã tạo bản nháp từ mẫu.")
    text = officer.get_by_label("Nội dung")
    expect(text, "what only the office knows is left open, and the form with it").to_have_value(re.compile(r"\[tóm tắt sự việc"))
    text.fill("Thuốc BHYT đã có trở lại từ ngày 20/11/2026.")
    clicked(officer, "Lưu và trình duyệt")
    said(officer, "Người soạn không tự duyệt")
    expect(officer.get_by_role("button", name="Duyệt", exact=True)).to_have_count(0)

    approver = open_browser(site, "hoa")
    approver.goto(officer.url)
    settled(approver)
    clicked(approver, "Duyệt")
    said(approver, "Đã duyệt.")
    clicked(approver, "Ghi nhận đã gửi")
    approver.get_by_label("Đường dẫn nơi đăng").fill("https://bao.example/tra-loi")
    approver.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Ghi nhận đã gửi").click()
    said(approver, "Đã ghi nhận gửi đi.")
    said(approver, "Đã trả lời")

    viewer = open_browser(site, "an")
    viewer.goto(officer.url)
    settled(viewer)
    expect(viewer.get_by_role("button", name="Bản Word")).to_be_visible()
    expect(viewer.get_by_role("button", name="Bỏ văn bản"), "who reads is offered nothing").to_have_count(0)

    # The officer still looks at the page of before: what the approver did is shown, nothing is overwritten.
    clicked(officer, "Bỏ văn bản")
    officer.get_by_label("Lý do").first.fill("Không cần nữa")
    officer.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Bỏ văn bản").click()
    said(officer, "Người khác vừa làm việc với vụ việc này")


def test_a_wrong_province_is_corrected_once_for_the_whole_cluster(open_browser, site):
    """Scenario 3: two clicks."""
    page = open_browser(site, "mai")
    go(page, site, "search?q=chay+than&tinh=34-40")
    clicked(page, "Sai địa bàn", "Hà Tĩnh")
    said(page, re.compile(r"^Đã ghi địa bàn của \d+ tin, bài: Hà Tĩnh\.$"))
    go(page, site, "search?q=chay+than&tinh=34-42")
    said(page, "Hà Tĩnh ✓ cán bộ sửa")


def test_a_press_review_is_ticked_released_and_taken_home(open_browser, site):
    page = open_browser(site, "mai")
    go(page, site, "editing")
    page.get_by_role("button", name="Lập điểm báo ngày 20/11/2026").click()
    said(page, "Tin có thể chọn")
    page.get_by_text("7 ngày qua").click()
    boxes = page.get_by_test_id("stCheckbox")
    boxes.first.click()
    boxes.nth(1).click()
    page.get_by_role("button", name="Đưa vào điểm báo").last.click()
    said(page, "Điểm báo: 2 nội dung")
    reader = open_browser(site, "an")
    go(reader, site, "editing")
    expect(reader.get_by_text("Chưa có điểm báo nào")).to_be_visible()
    page.get_by_role("button", name="Phát hành").click()
    said(page, "Đã phát hành điểm báo.")
    reader.goto(page.url)
    settled(reader)
    with reader.expect_download() as download:
        reader.get_by_role("button", name="Tải bản Word").click()
    content = Path(download.value.path()).read_bytes()
    assert "word/document.xml" in zipfile.ZipFile(BytesIO(content)).namelist()


def test_a_rumour_is_one_concern_that_says_why_and_is_updated(open_browser, site):
    record, page = open_record(site.settings, FixedClock(NOW)), open_browser(site, "quan-tri")
    write = Writer(record, Privacy(b"a key of the tests"))

    def spread(first, last):
        for number in range(first, last):
            about = {"topic": "si_one_time_withdrawal", "province": "Hà Nội", "kind": "forum", "source": f"dien-dan-{number % 3}"}
            write(ref=f"rumour-{number}", hour=number % 3, url=f"https://dien-dan.example/{number}", **about)
        return raise_concerns(record, TODAY, site.settings, SYSTEM)

    (concern,) = spread(0, 9).opened
    go(page, site, "concern")
    rumour = page.locator("[data-testid=stMain]").get_by_role("link", name="Rút BHXH một lần · Hà Nội", exact=True)
    expect(rumour).to_have_count(1)
    rumour.click()
    expect(page).to_have_url(re.compile(rf"/concern\?id={concern}$"))
    # The finding of the concern's own page: the address changes while the list, which says it too, is still to be seen.
    finding = page.locator(".ln-finding")
    expect(finding.filter(has_text=re.compile("^9 nội dung tiêu cực.*mức thường"))).to_be_visible()
    expect(page.locator(".ln-hit").nth(2), "samples").to_be_visible()
    again = spread(9, 13)
    assert (again.opened, concern in again.updated) == ([], True)
    record.close()
    go(page, site, f"concern?id={concern}")
    expect(finding.filter(has_text=re.compile("^13 nội dung tiêu cực.*mức thường"))).to_be_visible()


def test_a_months_report_counts_what_its_searches_count_and_is_the_same_again(open_browser, site):
    page = open_browser(site, "mai")

    def make():
        go(page, site, "reports")
        page.get_by_role("button", name="Lập báo cáo").click()
        said(page, "Đã lập báo cáo.")
        said(page, "số liệu chốt")
        files = []
        for button in ("Tải bản Word", "Tải phụ lục Excel"):
            with page.expect_download() as download:
                page.get_by_role("button", name=button).click()
            files.append(Path(download.value.path()).read_bytes())
        return page.url, files

    begin = time.monotonic()
    made = make()
    assert time.monotonic() - begin < 60
    figures = page.locator(".ln-table td a").evaluate_all("all => all.map(a => [a.innerText, a.getAttribute('href')])")
    counted = [(number, link) for number, link in figures if number.isdigit() and number != "0"][:4]
    assert counted
    for number, link in counted:
        page.goto(link if link.startswith("http") else site.address + link)
        said(page, re.compile(rf"^{number} kết quả"))
    assert make() == made


def test_what_somebody_heard_is_added_and_found(open_browser, site):
    page = open_browser(site, "mai")
    go(page, site, "intake")
    page.get_by_label("Nội dung").fill(
        "Bà con thôn Đông hỏi vì sao thẻ BHYT hộ gia đình năm nay đóng cao hơn, gọi 0912 345 678 để trả lời."
    )
    page.get_by_role("button", name="Thêm", exact=True).click()
    said(page, "Đã nhận tin.")
    assert "0912 345 678" not in page.locator("[data-testid=stMain]").inner_text().replace(page.get_by_label("Nội dung").input_value(), "")


def test_an_administrator_reads_the_trail_and_takes_it_home(open_browser, site):
    page = open_browser(site, "quan-tri")
    go(page, site, "admin?xem=audit")
    expect(page.get_by_role("cell", name="Đăng nhập").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải nhật ký (CSV)").click()
    assert "log in" in Path(download.value.path()).read_text(encoding="utf-8-sig")


def test_an_officer_gets_about_with_the_keyboard_alone(open_browser, site, seeded):
    page = open_browser(site, "mai")
    go(page, site, "today")

    def tab_to(name):
        for _ in range(90):
            page.keyboard.press("Tab")
            if name in page.evaluate("document.activeElement.matches('a, button') ? document.activeElement.innerText : ''"):
                return
        pytest.fail(f"no way to {name} with Tab")

    tab_to(SHORTAGE)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/concern\?id={seeded.concern}$"))
    settled(page)
    tab_to("Tạm gác")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Rời danh sách đến hết thời hạn")).to_be_visible()


def test_no_page_has_a_serious_fault_of_accessibility(open_browser, site, seeded):
    page = open_browser(site, "quan-tri")
    axe, faults = Axe(), {}
    addresses = [*sorted(PAGES - {"account"}), f"concern?id={seeded.concern}", "trends?xem=topics", "admin?xem=audit", "admin?xem=topics"]
    addresses += ["admin?xem=sources", "account"]
    for address in addresses:
        go(page, site, address)
        found = axe.run(page).response["violations"]
        serious = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in ("serious", "critical")]
        if serious:
            faults[address] = serious
    assert faults == {}
    page.goto(f"{site.address}/dang-xuat")
    found = axe.run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
