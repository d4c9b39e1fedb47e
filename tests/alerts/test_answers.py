from datetime import date, timedelta

import pytest

from alerts.answers import fitting_answers
from langnghe.answers import load_answers
from langnghe.errors import ConfigurationError, LangngheError
from langnghe.labels import load_labels

TODAY = date(2026, 11, 20)
ANSWERS = load_answers()


def test_there_are_at_least_forty_that_hold_today_and_every_topic_has_one():
    assert len(ANSWERS.on(TODAY)) >= 40
    answered = {answer.topic for answer in ANSWERS.on(TODAY)} | {
        load_labels().by_id[answer.topic].parent or answer.topic for answer in ANSWERS.on(TODAY)
    }
    assert {topic.id for topic in load_labels().topics} - answered == set()


def test_each_names_its_law_and_asks_a_question():
    for answer in ANSWERS.all:
        assert any(word in answer.basis for word in ("Luật", "Bộ luật", "Nghị", "Thông tư", "Quyết định", "chính sách")), answer.id
        assert all(len(question) > 15 for question in answer.questions), answer.id
        assert answer.text.endswith("."), answer.id


def test_an_answer_expires_when_the_law_changes_and_another_takes_its_place():
    asked = "Đóng BHXH bao nhiêu năm thì được hưởng lương hưu?"
    before = [one.answer.id for one in fitting_answers(asked, date(2025, 6, 30), topics=["pension"])]
    after = [one.answer.id for one in fitting_answers(asked, date(2025, 7, 1), topics=["pension"])]
    assert (before[0], after[0]) == ("pension_20_years", "pension_15_years")
    assert "pension_15_years" not in before
    assert "pension_20_years" not in after


@pytest.mark.parametrize("answer", [answer for answer in ANSWERS.all if answer.valid_until], ids=lambda answer: answer.id)
def test_no_answer_is_given_the_day_after_its_last(answer):
    assert answer.holds_on(answer.valid_until)
    found = fitting_answers(answer.questions[0], answer.valid_until + timedelta(days=1), most=100)
    assert answer.id not in {one.answer.id for one in found}


@pytest.mark.parametrize("answer", ANSWERS.on(TODAY), ids=lambda answer: answer.id)
def test_a_question_finds_its_answer_among_the_first_three(answer):
    for question in answer.questions:
        if "năm 2025" not in question and "2013" not in question:
            assert answer.id in {one.answer.id for one in fitting_answers(question, TODAY, topics=[answer.topic])}, question


def test_another_topic_gets_no_answer():
    found = fitting_answers("Bệnh viện hết thuốc, người bệnh phải tự mua ngoài", TODAY, topics=["hi_drug_supply"])
    assert {one.answer.topic for one in found} == {"hi_drug_supply"}
    assert fitting_answers("xe máy điện giảm giá", TODAY, topics=["hi_drug_supply"]) == []


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("Từ 1/7/2025 người lao động không được rút BHXH một lần nữa.", "contradicted"),
        ("tu 01/07/2025 khong duoc rut bao hiem xa hoi 1 lan", "contradicted"),
        ("Mọi người ơi, từ ngày 1-7-2025 không còn được rút BHXH một lần đâu nhé", "contradicted"),
        ("Người đóng BHXH trước 1/7/2025 vẫn được rút BHXH một lần.", "confirmed"),
        ("Từ 1/7/2025 không được rút BHXH một lần đúng không?", None),
        ("Tin đồn từ 1/7/2025 cấm rút BHXH một lần là sai sự thật.", None),
        ("Người bắt đầu đóng từ 1/7/2025 không được rút BHXH một lần nữa.", None),
        ("Theo dự thảo, từ 1/7/2025 không được rút BHXH một lần.", None),
        ("Nghe bảo phải đóng 20 năm mới có lương hưu.", "contradicted"),
        ("Thẻ BHYT giấy từ nay không còn giá trị nhé.", "contradicted"),
        ("Cơ quan BHXH không yêu cầu cung cấp mã OTP, đề phòng lừa đảo.", None),
        ("Hôm nay bệnh viện đông quá.", None),
        ("Bầu mà nghỉ việc là mất luôn thai sản đó các mẹ.", "contradicted"),
        ("Tự nghỉ là không có trợ cấp thất nghiệp nữa.", "contradicted"),
        ("Vậy miễn viện phí rồi có còn phải mua thẻ không mọi người", None),
        ("Mất sổ không làm mất quá trình đóng.", None),
    ],
)
def test_what_people_claim_is_contradicted_or_confirmed_and_a_question_claims_nothing(said, verdict):
    assert ANSWERS.veracity(said, TODAY) == verdict


def test_a_claim_is_settled_from_the_laws_passing_and_points_at_its_words():
    rumour = "Chào cả nhà. Từ 1/7/2025 không được rút BHXH một lần! Ai biết không ạ"
    assert ANSWERS.claims_in(rumour, date(2024, 6, 28)) == []
    [found] = ANSWERS.claims_in(rumour, date(2024, 6, 29))
    assert found.answer.id == "one_time_joined_before"
    assert "không được rút" in rumour[found.start : found.end]


def test_no_approved_answer_is_called_false_by_another():
    for answer in ANSWERS.on(TODAY):
        assert [found.answer.id for found in ANSWERS.claims_in(answer.text, TODAY) if found.verdict == "contradicted"] == [], answer.id


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("valid_until: 2020-01-01", "ends"),
        ("topic: no_such_topic", "no topic"),
        ("colour: red", "colour"),
        ("claims: [{verdict: maybe, says: [a]}]", "claims.0.verdict"),
    ],
)
def test_a_wrong_answer_is_refused_with_its_place(tmp_path, wrong, named):
    from langnghe.config_files import default_config_dir

    (tmp_path / "taxonomy").symlink_to(default_config_dir() / "taxonomy")
    (tmp_path / "answers").mkdir()
    lines = {
        "id": "a",
        "topic": "pension",
        "questions": "[Hỏi gì đó về lương]",
        "text": "x" * 50,
        "basis": "Luật số 1/2025",
        "valid_from": "2025-01-01",
    }
    key, _, value = wrong.partition(": ")
    entry = "\n    ".join(f"{name}: {text}" for name, text in (lines | {key: value}).items())
    (tmp_path / "answers" / "some.yaml").write_text(f"answers:\n  - {entry}\n")
    with pytest.raises(ConfigurationError, match=named) as raised:
        load_answers(tmp_path)
    assert "some.yaml" in str(raised.value)


def test_an_unknown_answer_is_named():
    with pytest.raises(LangngheError, match="no approved answer 'x'"):
        ANSWERS.find("x")
