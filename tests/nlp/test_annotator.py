from pathlib import Path

import pytest

from langnghe.documents import AnnotationRequest
from langnghe.errors import ConfigurationError
from langnghe.labels import load_labels
from langnghe.settings import NlpSettings, Settings
from nlp.annotator import Annotator, load_annotator

MISREAD = 0.1
"""Share of plain_texts.tsv that may be misread: none of them is hard for a person."""


@pytest.fixture(scope="module")
def annotator(tmp_path_factory) -> Annotator:
    return load_annotator(Settings(data_dir=tmp_path_factory.mktemp("data")))


def annotate(annotator, text, **more):
    return annotator.annotate([AnnotationRequest.model_validate({"text": text, "kind": "comment", **more})])[0]


def test_a_shortage_under_the_insurance_is_a_complaint_that_needs_a_response(annotator):
    found = annotate(annotator, "Bệnh viện ở Nghệ An hết thuốc BHYT hai tháng nay, mẹ tôi phải tự bỏ tiền mua ngoài, hỏi không ai trả lời!")
    assert found.relevant
    assert "hi_drug_supply" in found.topic_ids()
    assert (found.sentiment.label, found.intent.label, found.concern) == ("negative", "complaint", 2)
    assert found.provinces[0].name == "Nghệ An"


def test_the_same_text_without_marks_is_understood(annotator):
    found = annotate(annotator, "cho em hoi rut bhxh 1 lan can giay to gi a")
    assert found.relevant
    assert found.topic_ids()[0] == "si_one_time_withdrawal"
    assert found.intent.label == "question"


def test_what_is_said_plainly_is_read_as_it_is_meant(annotator):
    lines = (Path(__file__).parent / "plain_texts.tsv").read_text(encoding="utf-8").splitlines()
    wrong = []
    for text, meant in (line.split("\t") for line in lines):
        found = annotate(annotator, text)
        if found.relevant != (meant != "-") or (found.relevant and meant not in found.topic_ids()):
            wrong.append((text, meant, found.relevance, found.topic_ids()))
    assert len(wrong) <= MISREAD * len(lines), wrong


def test_what_is_not_relevant_has_no_topics_is_neutral_and_no_concern(annotator):
    for text in ("Giá vàng hôm nay tăng mạnh, chán quá", "bảo hiểm xe máy mua ở đâu rẻ vậy mọi người", "", "😡😡😡"):
        found = annotate(annotator, text)
        assert not found.relevant
        assert (found.topics, found.subtopics, found.sentiment.label, found.concern, found.formal) == ([], [], "neutral", 0, False)


def test_a_subtopic_carries_its_parent_and_a_relevant_text_has_a_topic(annotator):
    labels = load_labels()
    texts = [
        "Lương hưu tăng 15% từ 1/7, các cụ mừng",
        "Có người tự xưng cán bộ BHXH gọi bắt cài VssID giả, coi chừng lừa đảo",
        "Cho hỏi BHXH tự nguyện đóng bao nhiêu một tháng",
    ]
    for found in annotator.annotate([AnnotationRequest(text=text) for text in texts]):
        assert found.topics
        assert {labels.parent_of(subtopic) for subtopic in found.subtopics} <= set(found.topic_ids())


def test_an_annotation_depends_on_nothing_but_the_text(annotator):
    request = AnnotationRequest(text="Thẻ BHYT trên VNeID báo lỗi, đi khám bị trả về")
    alone = annotator.annotate([request])
    among = annotator.annotate([AnnotationRequest(text="khác"), request, AnnotationRequest(text="")])
    assert alone[0] == among[1]


def test_the_model_is_named_with_its_version(annotator):
    assert annotate(annotator, "bhyt").model == annotator.model
    assert annotator.model.startswith("shipped-")


def test_an_unknown_backend_is_refused_with_a_remedy(tmp_path):
    settings = Settings(data_dir=tmp_path, nlp=NlpSettings(backend="magic"))
    with pytest.raises(ConfigurationError, match=r"no backend 'magic'.*Use"):
        load_annotator(settings)


def test_a_law_is_no_topic_of_a_text_from_before_its_draft(annotator):
    text = "Luật Bảo hiểm xã hội mới quy định người đóng đủ 15 năm được hưởng lương hưu, Quốc hội thảo luận dự án Luật BHXH sửa đổi."
    before, since = (
        annotate(annotator, text, kind="news", published=day) for day in ("2018-06-01T08:00:00+07:00", "2024-06-01T08:00:00+07:00")
    )
    assert "law_si_2024" not in before.topic_ids()
    assert "law_si_2024" in since.topic_ids()
