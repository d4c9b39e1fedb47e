from datetime import date, timedelta

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from alerts.concerns import raise_concerns
from alerts.drives.echo import echo_in_all, echo_of
from alerts.drives.ledgers import Gift, Statement, enter_gifts, enter_statement, gifts, statements, strike_gift, sums_of
from alerts.drives.planning import Activity, cancel_drive, enter_activities, find_drive, known_drives, plan_drive
from alerts.drives.tables import read_activities, read_gifts
from alerts.reports.making import make_report
from alerts.rules import Drive, Drives, load_drives
from langnghe.actor import SYSTEM, Actor, Role
from langnghe.config_files import load
from langnghe.errors import ConfigurationError, Conflict, LangngheError, NotAllowed
from langnghe.record.schema import AuditEntry, Concern, DriveActivity
from tests.alerts.conftest import TODAY

LAN = Actor("Lan", Role.officer, "34-40")
NAM = Actor("Nam", Role.officer, "34-01")
CENTRE = Actor("Minh", Role.officer)
START = TODAY - timedelta(days=9)
RUN = Drive(name="Ra quân tháng 11", start=START, end=TODAY, topics=["si_voluntary", "hi_household"], forms=["parade", "door"])


@pytest.fixture
def drive(record, settings):
    return plan_drive(record, LAN, RUN, settings)


def known(record, settings, first=None, last=None):
    with record.reading() as session:
        return [one.key for one in known_drives(session, settings, first, last)]


def echo(record, settings, key, actor=CENTRE, day=TODAY):
    with record.reading() as session:
        return echo_of(session, actor, key, day, settings)


def test_the_two_plans_are_on_the_calendar():
    plans = {drive.plan: drive for drive in load_drives()}
    assert set(plans) >= {"4518/KH-BHXH", "68/KH-BHXH"}
    assert (plans["4518/KH-BHXH"].start.year, plans["68/KH-BHXH"].start.year) == (2024, 2026)
    assert all(drive.key and drive.topics and drive.forms for drive in plans.values())


def test_an_office_plans_a_drive_of_its_own_province_and_all_see_it(record, settings, drive):
    assert (drive.provinces, drive.office, drive.key) == (["34-40"], "34-40", "row:1")
    assert known(record, settings, START, TODAY) == ["row:1"]
    with pytest.raises(NotAllowed):
        plan_drive(record, NAM, RUN.model_copy(update={"provinces": ["34-40"]}), settings)
    with pytest.raises(NotAllowed):
        plan_drive(record, Actor("Hoa", Role.viewer, "34-40"), RUN, settings)
    for wrong in ({"topics": ["trời"]}, {"forms": ["thuyền"]}, {"provinces": ["63-40"]}, {"name": " "}):
        with pytest.raises(LangngheError):
            plan_drive(record, LAN, RUN.model_copy(update=wrong), settings)


def test_a_drive_is_cancelled_by_its_office_while_nothing_was_done(record, settings, drive):
    with pytest.raises(NotAllowed):
        cancel_drive(record, NAM, drive.key, settings)
    with pytest.raises(Conflict, match="stands in config"):
        cancel_drive(record, LAN, "kh-68-2026", settings)
    with pytest.raises(Conflict, match="somebody else"):
        cancel_drive(record, LAN, drive.key, settings, row_version=9)
    cancel_drive(record, LAN, drive.key, settings, row_version=1)
    assert drive.key not in known(record, settings)
    other = plan_drive(record, LAN, RUN, settings)
    enter_activities(record, LAN, other.key, [Activity("1", TODAY, "34-40", "door")], settings)
    with pytest.raises(Conflict, match="were entered"):
        cancel_drive(record, LAN, other.key, settings)


def test_a_drive_that_an_office_planned_is_named_with_a_concern_and_does_not_silence_it(record, settings, write):
    plan_drive(record, LAN, RUN.model_copy(update={"topics": ["hi_drug_supply"]}), settings)
    write.everyday(TODAY - timedelta(days=40), TODAY - timedelta(days=6))
    for day in range(5):
        for i in range(2):
            write(TODAY - timedelta(days=day), source=f"nguon-{i}", concern=2)
    [concern] = raise_concerns(record, TODAY, settings, SYSTEM).opened
    with record.reading() as session:
        assert session.get_one(Concern, concern).explanation["drives"] == ["Ra quân tháng 11"]


def test_the_echo_compares_with_the_days_before_and_with_provinces_without_a_drive(record, settings, drive, write):
    plain = {"topic": "si_voluntary", "sentiment": "neutral", "intent": "information"}
    for i in range(4):
        write(START - timedelta(days=7 * i + 1), province="Nghệ An", **plain)
        write(START - timedelta(days=7 * i + 1), province="Hà Nội", **plain)
    for i in range(10):
        write(START + timedelta(days=i), province="Nghệ An", **plain | {"sentiment": "positive" if i % 2 else "neutral"})
    for i in range(2):
        write(START + timedelta(days=i), province="Hà Nội", **plain)
    found = echo(record, settings, drive.key)
    [row] = [one for one in found.rows if one.topic == "si_voluntary"]
    assert (row.province, row.before, row.during, row.days, row.positive) == ("34-40", 4, 10, 10, 5)
    assert row.times == pytest.approx((10.5 / 10) / (4.5 / 28))
    assert row.others == pytest.approx((2.5 / 10) / (4.5 / 28))
    assert row.echo == pytest.approx(10.5 / 2.5)
    assert "34-01" in found.comparable
    assert "34-40" not in found.comparable
    assert echo_in_all(found) == pytest.approx(row.echo, abs=0.01)


def test_a_drive_of_the_whole_country_has_nothing_to_be_compared_with(record, settings, write):
    nationwide = plan_drive(record, CENTRE, RUN, settings)
    write(TODAY, topic="si_voluntary", sentiment="positive", intent="praise")
    found = echo(record, settings, nationwide.key)
    assert {row.others for row in found.rows} == {None}
    assert {row.province for row in found.rows} == {"VN", "34-40"}
    assert found.comparable == []


def test_what_was_done_is_entered_all_or_none_and_twice_changes_nothing(record, settings, drive):
    done = [
        Activity("1", TODAY, "34-40", "door", "Tư vấn 3 xã", cost=12_000, reach=300, new_voluntary=20, new_household=40),
        Activity("2", TODAY, "34-40", "parade", cost=5_000, reach=900),
    ]
    assert enter_activities(record, LAN, drive.key, done, settings) == {"stored": 2, "updated": 0, "unchanged": 0}
    assert enter_activities(record, LAN, drive.key, done, settings) == {"stored": 0, "updated": 0, "unchanged": 2}
    more = [Activity("1", TODAY, "34-40", "door", "Tư vấn 3 xã", cost=12_000, reach=310, new_voluntary=20, new_household=40)]
    assert enter_activities(record, LAN, drive.key, more, settings)["updated"] == 1
    with pytest.raises(LangngheError, match="no day of the drive"):
        enter_activities(
            record, LAN, drive.key, [Activity("3", TODAY, "34-40", "door"), Activity("4", date(2020, 1, 1), "34-40", "door")], settings
        )
    for wrong in (
        Activity("5", TODAY, "34-40", "thuyền"),
        Activity("5", TODAY, "34-99", "door"),
        Activity("5", TODAY, "34-40", "door", cost=-1),
    ):
        with pytest.raises(LangngheError, match="activity 5"):
            enter_activities(record, LAN, drive.key, [wrong], settings)
    with pytest.raises(NotAllowed):
        enter_activities(record, NAM, drive.key, [Activity("6", TODAY, "34-40", "door")], settings)
    with record.reading() as session:
        assert session.scalar(select(func.count()).select_from(DriveActivity)) == 2
        assert len(list(session.scalars(select(AuditEntry).where(AuditEntry.action == "drive activities")))) == 2
    forms = {row.form: row for row in echo(record, settings, drive.key, LAN).forms}
    assert (forms["door"].cost, forms["door"].reach, forms["door"].cost_of_one) == (12_000, 310, 200)
    assert forms["parade"].cost_of_one is None
    assert echo(record, settings, drive.key, NAM).forms == []


def test_activities_are_imported_from_the_tables_that_offices_keep(tmp_path, settings):
    path = tmp_path / "hoatdong.xlsx"
    book = Workbook()
    book.active.append(["STT", "Ngày", "Tỉnh, thành phố", "Hình thức", "Nội dung", "Chi phí (nghìn đồng)", "Lượt tiếp cận"])
    book.active.append([1, TODAY, "Nghệ An", "Lễ ra quân và diễu hành", "Vinh", 15_000, "1.200"])
    book.active.append([2, "19/11/2026", "Tỉnh Nghệ An", "door", None, None, 40])
    book.save(path)
    first, second = read_activities(path, settings)
    assert (first.ref, first.day, first.province, first.form, first.cost, first.reach) == ("1", TODAY, "34-40", "parade", 15_000, 1200)
    assert (second.day, second.cost, second.reach) == (date(2026, 11, 19), None, 40)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("1,hôm qua,Nghệ An,door,5", ":2: 'hôm qua' is no day"),
        ("1,2026-11-20,Nghệ Tĩnh Bình,door,5", ":2: there is no province"),
        ("1,2026-11-20,Nghệ An,thuyền,5", ":2: there is no form"),
        ("1,2026-11-20,Nghệ An,door,nhiều", ":2: 'nhiều' is no whole number"),
        (",2026-11-20,Nghệ An,door,5", ":2: ref is empty"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, settings, line, named):
    path = tmp_path / "a.csv"
    path.write_text(f"mã,ngày,tỉnh,hình thức,lượt tiếp cận\n{line}\n")
    with pytest.raises(LangngheError, match=named):
        read_activities(path, settings)


def test_a_file_that_is_no_table_is_named(tmp_path, settings):
    (tmp_path / "a.xlsx").write_bytes(b"no archive")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "c.csv").write_text("mã,ngày\n1,2026-11-20\n")
    for name in ("a.xlsx", "b.csv", "c.csv"):
        with pytest.raises(LangngheError, match=name):
            read_activities(tmp_path / name, settings)


def test_the_ledger_of_gifts_counts_what_is_not_struck_out(record, settings, privacy, tmp_path):
    path = tmp_path / "tang.csv"
    path.write_text(
        "mã;ngày;tỉnh;đơn vị tặng;loại;số lượng;giá trị;ghi chú\n"
        "1;20/11/2026;Nghệ An;Công đoàn Vinh;thẻ BHYT;30;18.900;gọi 0912 345 678\n"
        "2;20/11/2026;Nghệ An;Hội Chữ thập đỏ;Sổ BHXH;5;;\n"
    )
    given = read_gifts(path, settings)
    assert enter_gifts(record, LAN, given, settings, privacy) == {"stored": 2, "unchanged": 0}
    assert enter_gifts(record, LAN, given, settings, privacy) == {"stored": 0, "unchanged": 2}
    with record.reading() as session:
        entries = gifts(session, LAN, TODAY, TODAY)
        assert gifts(session, NAM, TODAY, TODAY) == []
    assert "345 678" not in entries[0].note
    assert dict(sums_of(entries)) == {"hi_card": 30, "si_book": 5, "value": 18_900}
    with pytest.raises(Conflict, match="another entry 1"):
        enter_gifts(record, LAN, [Gift("1", TODAY, "34-40", "Người khác", "hi_card", 3)], settings, privacy)
    with pytest.raises(NotAllowed):
        strike_gift(record, NAM, entries[1].id, "sai")
    strike_gift(record, LAN, entries[1].id, "Nhập nhầm")
    with pytest.raises(Conflict, match="already"):
        strike_gift(record, LAN, entries[1].id, "Nhập nhầm")
    with record.reading() as session:
        entries = gifts(session, CENTRE, TODAY, TODAY)
    assert (len(entries), entries[1].struck_why, sums_of(entries)["si_book"]) == (2, "Nhập nhầm", 0)
    for wrong in ({"item": "xe"}, {"number": 0}, {"donor": " "}, {"value": -1}, {"province": "34-99"}):
        with pytest.raises(LangngheError):
            enter_gifts(record, LAN, [Gift(**vars(Gift("9", TODAY, "34-40", "A", "hi_card", 1)) | wrong)], settings, privacy)


def test_deputies_statements_are_kept_with_their_topic_and_read_by_all(record, settings):
    said = Statement(
        TODAY, "Kỳ họp cuối năm 2026", "Đại biểu Nguyễn Thị A", "34-40", "hi_drug_supply", "Cử tri hỏi khi nào hết thiếu thuốc"
    )
    enter_statement(record, CENTRE, said, settings)
    with record.reading() as session:
        assert [row.said for row in statements(session, NAM, TODAY, TODAY, topic="hi_drug_supply")] == [said.said]
        assert statements(session, NAM, TODAY, TODAY, topic="pension") == []
    for wrong in ({"topic": "trời"}, {"province": "34-99"}, {"said": " "}, {"case_id": 99}):
        with pytest.raises(LangngheError):
            enter_statement(record, CENTRE, Statement(**vars(said) | wrong), settings)
    with pytest.raises(NotAllowed):
        enter_statement(record, Actor("Hoa", Role.viewer), said, settings)


def test_a_report_tells_the_drive_and_the_gifts(record, settings, privacy, drive, write):
    enter_activities(record, LAN, drive.key, [Activity("1", TODAY, "34-40", "door", cost=100, new_voluntary=7)], settings)
    enter_gifts(record, LAN, [Gift("1", TODAY, "34-40", "Công đoàn", "hi_card", 30)], settings, privacy)
    write(TODAY, topic="si_voluntary")
    report = make_report(record, LAN, "span", START, TODAY, settings).report
    assert [(one.name, one.activities, one.new_voluntary) for one in report.drives] == [("Ra quân tháng 11", 1, 7)]
    assert report.donations["hi_card"] == 30
    assert make_report(record, NAM, "span", START, TODAY, settings).report.drives == []


def test_an_unknown_drive_is_named(record, settings):
    with record.reading() as session, pytest.raises(LangngheError, match="no drive 'x'"):
        find_drive(session, "x", settings)


@pytest.mark.parametrize("wrong", ["forms: [thuyền]", "end: 2020-01-01", "key: b"])
def test_a_wrong_drive_of_the_file_is_refused(tmp_path, wrong):
    path = tmp_path / "drives.yaml"
    given = {"name": "A", "key": "a", "start": "2026-01-01", "end": "2026-02-01"} | dict([wrong.split(": ")])
    entry = ", ".join(f"{name}: {value}" for name, value in given.items())
    path.write_text("drives:\n  - {name: B, key: b, start: 2026-01-01, end: 2026-01-02}\n  - {" + entry + "}\n")
    with pytest.raises(ConfigurationError, match=r"drives\.yaml"):
        load(path, Drives)
