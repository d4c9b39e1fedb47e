from datetime import date

import pytest

from alerts import cases
from alerts.cases.drafts import filled
from alerts.cases.opening import open_case_about_document
from alerts.cases.papers import gap_in
from alerts.cases.workflow import Workflow, load_workflow
from langnghe.actor import Actor, Role
from langnghe.config_files import load
from langnghe.errors import ConfigurationError, Conflict
from langnghe.labels import load_labels
from tests.alerts.conftest import TODAY

LAN = Actor("Lan", Role.officer, "34-40")


@pytest.fixture
def case(record, settings, write):
    document = write(TODAY, concern=2, title="Từ 1/7 không được rút một lần", topic="si_one_time_withdrawal")
    return open_case_about_document(record, LAN, document, settings)


@pytest.mark.parametrize("kind", [kind.id for kind in load_workflow().papers])
def test_every_kind_of_paper_begins_with_its_template_in_the_offices_name(record, settings, case, kind):
    paper = cases.begin_paper(record, LAN, case.id, kind, settings)
    assert "BHXH tỉnh Nghệ An" in paper.text
    assert "rút BHXH một lần" in paper.subject
    assert "{" not in paper.text
    assert paper.state == "draft"


def test_a_request_to_correct_names_the_article_the_false_sentence_and_the_law(record, settings, case):
    paper = cases.begin_paper(record, LAN, case.id, "correction_request", settings, answer_id="one_time_joined_before", recipient="Báo Mai")
    assert "Kính gửi: Báo Mai" in paper.text
    assert "đăng bài “Từ 1/7 không được rút một lần” (https://mai.example/" in paper.text
    assert "Căn cứ: điểm đ khoản 1 Điều 70 Luật BHXH số 41/2024/QH15." in paper.text
    assert paper.answer_id == "one_time_joined_before"
    assert gap_in(paper.text) == "[trích câu chưa đúng]"


def test_an_answer_written_from_an_approved_one_has_no_gap(record, settings, case):
    paper = cases.begin_paper(record, LAN, case.id, "qa_answer", settings, answer_id="one_time_joined_before")
    assert gap_in(paper.text) is None
    assert cases.submit_paper(record, LAN, paper.id, settings).state == "submitted"


def test_an_answer_that_has_expired_is_not_written_from(record, settings, case):
    with pytest.raises(Conflict, match="does not hold on 20/11/2026"):
        cases.begin_paper(record, LAN, case.id, "qa_answer", settings, answer_id="one_time_before_2025")


def test_a_transfer_slip_says_whom_and_until_when(record, settings, case):
    paper = cases.begin_paper(record, LAN, case.id, "transfer_slip", settings, receiver="health")
    assert "Kính chuyển: Sở Y tế" in paper.text
    assert "trước ngày 25/11/2026" in paper.text
    assert paper.recipient == "Sở Y tế"


def test_a_template_that_asks_for_what_there_is_not_is_named(settings, tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "qa_answer.txt").write_text("Kính gửi {{ nobody }}")
    elsewhere = settings.model_copy(update={"config_dir": tmp_path})
    with pytest.raises(ConfigurationError, match="nobody"):
        filled("qa_answer", {"day": date(2026, 1, 1)}, elsewhere)
    with pytest.raises(ConfigurationError, match="does not exist"):
        filled("transfer_slip", {}, elsewhere)


def test_a_template_reaches_nothing_of_the_program(settings, tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "qa_answer.txt").write_text("{{ day.__class__.__mro__ }}")
    with pytest.raises(ConfigurationError, match=r"unsafe|undefined|__"):
        filled("qa_answer", {"day": date(2026, 1, 1)}, settings.model_copy(update={"config_dir": tmp_path}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  send:     {approved: sent}", "  send:     {approved: sent, draft: sent}"),
        ("  approve:  {submitted: approved}", "  approve:  {submitted: approved, draft: approved}"),
        ("  edit:     {draft: draft, returned: draft}", "  edit:     {draft: approved, returned: draft}"),
        ("  reopen:    {answered", "  reopen:    {vanished"),
        ("  note:  ", "  notes: "),
    ],
)
def test_a_workflow_that_lets_something_leave_unapproved_is_refused(tmp_path, old, new):
    from langnghe.config_files import default_config_dir

    text = (default_config_dir() / "cases.yaml").read_text()
    assert old in text
    (tmp_path / "cases.yaml").write_text(text.replace(old, new))
    with pytest.raises(ConfigurationError, match=r"cases\.yaml"):
        load(tmp_path / "cases.yaml", Workflow)


def test_every_label_of_whose_answer_it_takes_has_its_name():
    assert {receiver.id for receiver in load_workflow().receivers} == set(load_labels().responsible)
