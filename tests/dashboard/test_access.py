"""Who sees and does what: every page for every role, sessions of the provider, the pages that log in."""

import time

import pytest
import streamlit as st
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.access import COOKIE, is_fresh
from dashboard.gate import HEADERS, NEXT, Gate
from dashboard.login_page import LoginPages
from dashboard.targets import PAGES, local_target
from langnghe.accounts.people import add_account, change_account
from langnghe.actor import NATIONAL, SYSTEM, Role
from langnghe.installation import Installation
from langnghe.setting_groups import OidcSettings
from langnghe.settings import DashboardSettings
from tests.dashboard.conftest import APP, SHORTAGE, text_of

PASSWORD = "con cò bay lả bay la"
NGHE_AN, HA_NOI = "34-40", "34-01"
OPEN_TO_ALL = sorted(PAGES - {"admin"})


@pytest.fixture
def accounts(concern, record):
    """One account of each role in Nghệ An, and an administrator of the national desk."""
    for role in Role:
        add_account(record, SYSTEM, f"{role}-na", role, NGHE_AN, mail=f"{role}@nghean.example")
    add_account(record, SYSTEM, "quan-tri", Role.administrator, NATIONAL, mail="quan-tri@bhxh.example")
    return record


@pytest.fixture
def enter(accounts, monkeypatch):
    """``enter("officer@nghean.example")``: the dashboard as the provider's person gets it."""
    monkeypatch.setenv("LANGNGHE_DASHBOARD__ACCESS", "oidc")
    for name, value in {"METADATA_URL": "https://id.example", "CLIENT_ID": "langnghe", "CLIENT_SECRET": "s"}.items():
        monkeypatch.setenv(f"LANGNGHE_DASHBOARD__OIDC__{name}", value)
    st.cache_data.clear()

    def open_app(mail, *, issued=0.0, logged_in=True):
        app = AppTest.from_file(APP, default_timeout=60)
        app.user = {"is_logged_in": logged_in, "email": mail, "iat": time.time() - issued}
        app.run()
        return app

    yield open_app
    st.cache_resource.clear()


def turn(app, page):
    app.switch_page(f"app_pages/{page}.py")
    app.run()
    assert not app.exception
    return text_of(app)


@pytest.mark.parametrize("role", [str(role) for role in Role])
def test_every_page_opens_for_every_role(enter, role):
    app = enter(f"{role}@nghean.example")
    for page in OPEN_TO_ALL:
        said = turn(app, page)
        assert 'class="ln-trouble"' not in said, page
        assert "Tài khoản" in said or "ln-head" in said, page
    assert ('class="ln-trouble"' in turn(app, "admin")) == (role != "administrator")


def test_the_office_of_an_account_is_what_it_sees(enter, accounts):
    assert SHORTAGE in text_of(enter("viewer@nghean.example"))
    change_account(accounts, SYSTEM, "viewer-na", office=HA_NOI)
    said = text_of(enter("viewer@nghean.example"))
    assert SHORTAGE not in said
    assert "BHXH thành phố Hà Nội" in said


def test_who_only_reads_is_offered_nothing_to_do(enter, accounts):
    app = enter("viewer@nghean.example")
    turn(app, "concern")
    for page, labels in {"case": set(), "intake": {"Thêm"}, "editing": {"Lập điểm báo ngày 20/11/2026"}}.items():
        turn(app, page)
        assert not labels & {one.label for one in app.button}, page


def test_the_national_administrator_changes_rules_and_an_offices_own_does_not(enter):
    app = enter("quan-tri@bhxh.example")
    said = turn(app, "admin")
    assert "quan-tri@bhxh.example" in said
    assert "officer@nghean.example" in said
    app = enter("administrator@nghean.example")
    said = turn(app, "admin")
    assert "quan-tri@bhxh.example" not in said
    assert "Ngưỡng" not in [option for one in app.button_group for option in one.options]


def test_nobody_who_is_not_logged_in_sees_anything(enter):
    app = enter("officer@nghean.example", logged_in=False)
    said = text_of(app)
    assert "Đăng nhập" in said
    assert SHORTAGE not in said


def test_an_identity_that_is_too_old_has_to_log_in_again(enter):
    said = text_of(enter("officer@nghean.example", issued=13 * 3600))
    assert "Phiên làm việc đã hết hạn" in said
    assert SHORTAGE not in said


@pytest.mark.parametrize("mail", ["ai@nghean.example", ""])
def test_a_person_without_an_account_is_told_so(enter, mail):
    said = text_of(enter(mail))
    assert "chưa có tài khoản" in said
    assert SHORTAGE not in said


@pytest.mark.parametrize(("issued", "fresh"), [(0, True), (3600, True), (13 * 3600, False), (-3600, False), (None, False), ("x", False)])
def test_an_identity_is_fresh_for_some_hours(clock, issued, fresh):
    given = clock.now().timestamp() - issued if isinstance(issued, int) else issued
    assert is_fresh(given, clock.now(), 12) == fresh


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/concern?id=3", "/concern?id=3"),
        ("/search?q=thu%E1%BB%91c&tinh=34-40", "/search?q=thu%E1%BB%91c&tinh=34-40"),
        ("", "/"),
        (None, "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/x", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_a_login_leads_to_a_page_of_this_site_only(asked, target):
    assert local_target(asked) == target


@pytest.fixture
def site(accounts, settings, clock):
    """The gate and the login's pages before an application that says "inside"."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import PlainTextResponse, RedirectResponse
    from starlette.routing import Route

    add_account(accounts, SYSTEM, "lan", Role.officer, NGHE_AN, password=PASSWORD)

    def build(access):
        oidc = OidcSettings(metadata_url="https://id.example", client_id="langnghe", client_secret="s") if access == "oidc" else None
        ours = settings.model_copy(update={"dashboard": DashboardSettings(access=access, oidc=oidc)})
        installation = Installation(ours, clock)
        callback = Route("/oauth2callback", lambda request: RedirectResponse("/", 302))
        inside = Route("/{path:path}", lambda request: PlainTextResponse("inside"))
        routes = [*LoginPages(installation).routes(), callback, inside]
        return TestClient(Starlette(routes=routes, middleware=[Middleware(Gate, installation=installation)]), follow_redirects=False)

    return build


def log_in(client, password=PASSWORD, target="/concern?id=1", **headers):
    return client.post("/dang-nhap", data={"ten": "lan", "mat_khau": password, "tiep": target}, headers=headers)


def test_a_link_survives_the_login(site):
    client = site("accounts")
    asked = client.get("/concern?id=1")
    assert asked.headers["location"] == "/dang-nhap?tiep=%2Fconcern%3Fid%3D1"
    assert 'value="/concern?id=1"' in client.get(asked.headers["location"]).text
    answer = log_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/concern?id=1")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert client.get("/concern?id=1").text == "inside"
    client.get("/dang-xuat")
    assert client.get("/concern?id=1").status_code == 303


def test_a_wrong_password_is_told_and_then_the_name_is_locked(site):
    client = site("accounts")
    for _ in range(5):
        answer = log_in(client, "sai mật khẩu rồi")
        assert answer.status_code == 401
    assert "không đúng" in answer.text
    answer = log_in(client)
    assert (answer.status_code, COOKIE in answer.cookies) == (429, False)
    assert "tạm khóa 15 phút" in answer.text


def test_a_form_of_another_site_logs_nobody_in_or_out(site):
    client = site("accounts")
    assert log_in(client, origin="https://evil.example").status_code == 403
    log_in(client, origin="http://testserver")
    client.get("/dang-xuat", headers={"sec-fetch-site": "cross-site"})
    assert client.cookies.get(COOKIE) is None, "the browser forgets it,"
    client.cookies.set(COOKIE, log_in(client).cookies[COOKIE])
    assert client.get("/today").text == "inside", "and the session of the other tab goes on"


def test_files_are_given_to_nobody_without_a_session(site):
    client = site("accounts")
    assert client.get("/media/report.docx").status_code == 401
    log_in(client)
    assert client.get("/media/report.docx").text == "inside"


def test_an_unknown_address_says_what_still_works(site):
    for access in ("local", "accounts"):
        answer = site(access).get("/nirgends")
        assert answer.status_code == 404
        assert "Không có trang này" in answer.text
        assert 'href="/today"' in answer.text


def test_without_accounts_the_login_says_how_to_make_the_first(record, settings, clock):
    from starlette.applications import Starlette

    installation = Installation(settings.model_copy(update={"dashboard": DashboardSettings(access="accounts")}), clock)
    client = TestClient(Starlette(routes=LoginPages(installation).routes()))
    assert "langnghe accounts add" in client.get("/dang-nhap").text
    assert "There is no account yet" in client.get("/dang-nhap?ngon_ngu=en").text


def test_the_providers_login_returns_to_the_link(site):
    client = site("oidc")
    client.get("/concern?id=1")
    assert client.cookies[NEXT] == "%2Fconcern%3Fid%3D1"
    assert client.get("/oauth2callback").headers["location"] == "/concern?id=1"
    client.cookies.set(NEXT, "https%3A%2F%2Fevil.example")
    assert client.get("/oauth2callback").headers["location"] == "/"


def test_every_answer_carries_the_headers(site):
    answer = site("local").get("/today")
    assert {name.lower(): answer.headers[name] for name in HEADERS} == {name.lower(): value for name, value in HEADERS.items()}
