"""Accounts: who may log in, who may change whom, when a name is locked and when a session ends."""

import io
import itertools

import pytest
from sqlalchemy import select

from langnghe.accounts import sessions
from langnghe.accounts.passwords import check_password, is_right, make_hash
from langnghe.accounts.people import add_account, change_account, change_own_password, list_accounts, set_password
from langnghe.accounts.sessions import Locked, Refused, log_in, log_out, mail_actor, open_sessions, session_actor
from langnghe.actor import NATIONAL, SYSTEM, Actor, Role
from langnghe.cli import main
from langnghe.errors import Conflict, LangngheError, NotAllowed
from langnghe.record.overrides import Overrides, override_rows, read_overrides, set_override
from langnghe.record.schema import Account, AuditEntry, LoginSession

PASSWORD = "con cò bay lả bay la"
NGHE_AN, HA_NOI = "34-40", "34-01"


@pytest.fixture
def lan(record):
    add_account(record, SYSTEM, "lan", Role.officer, NGHE_AN, full_name="Nguyễn Thị Lan", mail="Lan@bhxh.example", password=PASSWORD)
    return Actor("Nguyễn Thị Lan (lan)", Role.officer, NGHE_AN)


def enter(record, name="lan", password=PASSWORD, hours=12):
    return log_in(record, name, password, hours=hours)


def who(record, token, idle_minutes=120):
    return session_actor(record, token, idle_minutes=idle_minutes)


def test_a_password_is_stored_as_an_argon2_hash_only(record, lan):
    with record.reading() as session:
        stored = session.scalars(select(Account.password_hash)).one()
    assert stored.startswith("$argon2id$")
    assert is_right(PASSWORD, stored)
    assert not is_right(PASSWORD + "x", stored)
    assert not is_right("nobody has this password", None)


@pytest.mark.parametrize("password", ["ngắn quá", "a" * 30, "lan là mật khẩu", "x" * 201, ""])
def test_a_password_that_is_short_or_easy_to_guess_is_refused(password):
    with pytest.raises(LangngheError, match="password"):
        check_password(password, "lan")


def test_logging_in_makes_a_session_whose_token_is_not_stored(record, lan):
    token, actor = enter(record, " LAN ")
    assert actor == lan == who(record, token)
    with record.reading() as session:
        assert token not in session.scalars(select(LoginSession.token_hash)).one()
        assert "log in" in session.scalars(select(AuditEntry.action)).all()


@pytest.mark.parametrize(("name", "password"), [("lan", "sai mật khẩu rồi"), ("hoa", PASSWORD), ("", ""), ("lan", "")])
def test_a_wrong_name_or_password_says_the_same(record, lan, name, password):
    with pytest.raises(Refused, match="the name or the password is wrong"):
        enter(record, name, password)


@pytest.mark.parametrize("name", ["lan", "khong-co-ai"])
def test_five_wrong_passwords_lock_a_name_whether_or_not_it_exists(record, clock, lan, name):
    for _ in range(sessions.FAILURES):
        with pytest.raises(Refused):
            enter(record, name, "sai mật khẩu rồi")
    with pytest.raises(Locked):
        enter(record, name, PASSWORD)
    clock.advance(minutes=16)
    if name == "lan":
        assert enter(record, name)[1] == lan
    else:
        with pytest.raises(Refused):
            enter(record, name)


def test_a_right_password_forgets_the_wrong_ones_before_it(record, lan):
    for _ in range(2):
        for _ in range(sessions.FAILURES - 1):
            with pytest.raises(Refused):
                enter(record, password="sai mật khẩu rồi")
        enter(record)


def test_a_session_ends_by_its_hours_by_rest_and_by_logging_out(record, clock, lan):
    token, _ = enter(record, hours=2)
    for _ in range(3):
        clock.advance(minutes=35)
        assert who(record, token, 40) == lan, "used again and again, it goes on"
    clock.advance(minutes=35)
    assert who(record, token, 40) is None, "its two hours are over"
    token, _ = enter(record)
    clock.advance(minutes=41)
    assert who(record, token, 40) is None, "nobody used it"
    token, _ = enter(record)
    log_out(record, token)
    assert who(record, token) is None
    assert who(record, "made up") is None


def test_a_changed_or_resting_account_ends_its_sessions(record, lan):
    for change in ({"role": Role.viewer}, {"office": HA_NOI}, {"disabled": True}):
        change_account(record, SYSTEM, "lan", disabled=False)
        token, _ = enter(record)
        change_account(record, SYSTEM, "lan", **change)
        assert who(record, token) is None
    with pytest.raises(Refused):
        enter(record)
    assert mail_actor(record, "lan@bhxh.example") is None


def test_a_new_password_ends_sessions_and_the_lock(record, lan):
    token, _ = enter(record)
    for _ in range(sessions.FAILURES):
        with pytest.raises(Refused):
            enter(record, password="sai mật khẩu rồi")
    set_password(record, SYSTEM, "lan", "mật khẩu mới của tôi")
    assert who(record, token) is None
    assert enter(record, password="mật khẩu mới của tôi")[1] == lan


def test_somebody_changes_the_own_password_knowing_the_old_one(record, lan):
    token, _ = enter(record)
    with pytest.raises(NotAllowed):
        change_own_password(record, lan, "sai", "mật khẩu mới của tôi")
    with pytest.raises(NotAllowed):
        change_own_password(record, Actor("Ai đó", Role.administrator), PASSWORD, "mật khẩu mới của tôi")
    change_own_password(record, lan, PASSWORD, "mật khẩu mới của tôi")
    assert who(record, token) is None
    assert enter(record, password="mật khẩu mới của tôi")[1] == lan


def test_the_provider_names_an_account_by_its_address(record, lan):
    assert mail_actor(record, "LAN@bhxh.example ") == lan
    assert mail_actor(record, "hoa@bhxh.example") is None


def test_a_name_and_an_address_are_one_persons(record, lan):
    for more in ({"name": "Lan"}, {"name": "lan2", "mail": "lan@BHXH.example"}):
        with pytest.raises(Conflict):
            add_account(record, SYSTEM, role=Role.viewer, office=NGHE_AN, password=PASSWORD, **more)


@pytest.mark.parametrize(
    "wrong",
    [{"name": "Nguyễn Lan"}, {"name": "x"}, {"office": "63-40"}, {"mail": "lan"}, {"password": "ngắn"}, {"password": None}],
)
def test_an_account_that_makes_no_sense_is_refused(record, wrong):
    given = {"name": "hoa", "role": Role.viewer, "office": NGHE_AN, "password": PASSWORD} | wrong
    with pytest.raises(LangngheError):
        add_account(record, SYSTEM, **given)


ROLES_AND_OFFICES = list(itertools.product(Role, [NATIONAL, NGHE_AN, HA_NOI]))


def allowed(action, *given, **more):
    try:
        action(*given, **more)
    except NotAllowed:
        return False
    return True


def test_only_administrators_touch_accounts_and_only_those_of_their_office(record, lan):
    for number, (role, office) in enumerate(ROLES_AND_OFFICES):
        actor = Actor("ai", role, office)
        may = role == Role.administrator and office in (NATIONAL, NGHE_AN)
        done = [
            allowed(add_account, record, actor, f"moi{number}", Role.viewer, NGHE_AN, mail=f"{number}@bhxh.example"),
            allowed(change_account, record, actor, "lan", role=Role.approver),
            allowed(set_password, record, actor, "lan", PASSWORD),
        ]
        assert done == [may] * 3, (role, office)
        with record.reading() as session:
            assert allowed(list_accounts, session, actor) == (role == Role.administrator), (role, office)


def test_an_administrator_sees_the_accounts_of_the_own_office(record, lan):
    with record.reading() as session:
        seen = [len(list_accounts(session, Actor("ai", Role.administrator, office))) for office in (NATIONAL, NGHE_AN, HA_NOI)]
    assert seen == [1, 1, 0]


def test_only_the_national_administrator_changes_rules(record):
    for role, office in ROLES_AND_OFFICES:
        actor = Actor("ai", role, office)
        may = (role, office) == (Role.administrator, NATIONAL)
        assert allowed(set_override, record, actor, "budget", 3) == may, (role, office)
        with record.reading() as session:
            assert allowed(override_rows, session, actor) == may, (role, office)
    with record.reading() as session:
        assert read_overrides(session).budget == 3
        assert override_rows(session, SYSTEM)["budget"].actor == "ai"


def test_an_administrator_of_a_province_makes_nobody_national(record, lan):
    actor = Actor("Minh", Role.administrator, NGHE_AN)
    with pytest.raises(NotAllowed):
        change_account(record, actor, "lan", office=NATIONAL)
    with pytest.raises(NotAllowed):
        add_account(record, actor, "moi", Role.viewer, NATIONAL, password=PASSWORD)


def test_the_last_administrator_stays(record):
    add_account(record, SYSTEM, "quan-tri", Role.administrator, NATIONAL, password=PASSWORD)
    for change in ({"role": Role.viewer}, {"office": NGHE_AN}, {"disabled": True}):
        with pytest.raises(Conflict, match="last administrator"):
            change_account(record, SYSTEM, "quan-tri", **change)
    add_account(record, SYSTEM, "hai", Role.administrator, NATIONAL, password=PASSWORD)
    change_account(record, SYSTEM, "quan-tri", disabled=True)


def test_of_two_administrators_the_second_is_told(record, lan):
    with record.reading() as session:
        version = list_accounts(session, SYSTEM)[0].row_version
    change_account(record, SYSTEM, "lan", role=Role.viewer, row_version=version)
    with pytest.raises(Conflict):
        change_account(record, SYSTEM, "lan", role=Role.approver, row_version=version)


def test_open_sessions_are_counted(record, clock, lan):
    enter(record), enter(record)
    with record.reading() as session:
        assert open_sessions(session, SYSTEM, clock.now()) == {"lan": 2}
        assert open_sessions(session, Actor("x", Role.administrator, HA_NOI), clock.now()) == {}


@pytest.mark.parametrize(("name", "value"), [("budget", 0), ("budget", "viel"), ("silent_hours", 0.5), ("farbe", 1)])
def test_a_rule_takes_no_nonsense(record, name, value):
    with pytest.raises(LangngheError):
        set_override(record, SYSTEM, name, value)


def test_a_rule_goes_back_to_the_file_and_each_change_is_in_the_trail(record):
    set_override(record, SYSTEM, "budget", 2)
    set_override(record, SYSTEM, "budget", None)
    with record.reading() as session:
        assert read_overrides(session) == Overrides()
        details = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "change rule").order_by(AuditEntry.id)).all()
    assert details == [{"before": None, "value": 2}, {"before": 2, "value": None}]


@pytest.fixture
def command(settings, monkeypatch, capsys):
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(settings.data_dir))

    def call(*arguments, given=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        try:
            main(["accounts", *arguments])
        except SystemExit as end:
            status = end.code
        else:
            status = 0
        out, err = capsys.readouterr()
        return status, out, err

    return call


def test_the_first_administrator_is_made_on_the_command_line(command, settings, clock):
    assert command("add", "quan-tri", "--role", "administrator", given=PASSWORD + "\n")[0] == 0
    status, out, _ = command("list")
    assert (status, "quan-tri" in out, "administrator" in out) == (0, True, True)
    assert command("password", "quan-tri", given="mật khẩu mới của tôi\n")[0] == 0
    assert command("change", "quan-tri", "--disable")[0] == 1, "the last administrator"
    assert command("add", "lan", "--role", "officer", "--office", "34-40", "--mail", "lan@bhxh.example", "--no-password")[0] == 0
    assert "34-40" in command("change", "lan", "--role", "approver")[1]


def test_without_a_password_no_account_is_made(command):
    status, _, err = command("add", "quan-tri", "--role", "administrator", given="")
    assert status == 1
    assert "0 characters" in err
    assert len(err.splitlines()) == 1
    assert command("add", "quan-tri")[0] == 2, "the role is asked for"


def test_hashing_takes_its_time():
    assert make_hash(PASSWORD) != make_hash(PASSWORD)
