from datetime import UTC, datetime

import pytest

from langnghe.answers import load_answers
from langnghe.documents import AnnotationRequest
from langnghe.settings import Settings
from nlp.annotator import load_annotator
from nlp.claims import load_claims
from nlp.labelled import load_labelled

DAY = datetime(2026, 3, 2, tzinfo=UTC)


def verdict(text, day=DAY, **more):
    return load_claims()(AnnotationRequest.model_validate({"text": text, "published": day, "kind": "comment", **more}))


@pytest.mark.parametrize(
    "text",
    [
        "Nghe nói luật mới không cho rút BHXH một lần, mọi người rút nhanh đi!",
        "nghe noi luat moi khong cho rut bhxh mot lan, rut nhanh di",
        "Sắp tới cấm rút bảo hiểm xã hội 1 lần rồi.",
    ],
)
def test_a_claim_that_the_law_of_its_day_contradicts_is_marked(text):
    assert verdict(text) == "contradicted"


@pytest.mark.parametrize(
    "text",
    ["Luật mới không cho rút BHXH một lần có phải không?", "Bộ bác tin đồn cấm rút BHXH một lần.", "Tôi rút BHXH một lần hôm qua", ""],
)
def test_a_question_a_denial_or_no_claim_is_not(text):
    assert verdict(text) is None


def test_before_the_law_was_passed_nothing_was_settled():
    text = "Nghe nói luật mới không cho rút BHXH một lần."
    assert verdict(text, datetime(2023, 1, 1, tzinfo=UTC)) is None
    assert verdict(text, None) is None


def test_what_is_true_is_confirmed_but_news_that_reports_it_is_not_a_claim():
    text = "Ai tham gia trước 1/7/2025 vẫn được rút BHXH một lần nha."
    assert verdict(text) == "confirmed"
    assert verdict(text, kind="news") is None


def test_whatever_the_answers_find_the_quick_look_lets_through():
    answers = load_answers()
    for answer in answers.all:
        for claim in answer.claims:
            for says in claim.says:
                text = says.replace("*", "thì").replace("BHXH", "bảo hiểm xã hội").replace("BHYT", "bảo hiểm y tế").replace("1/7", "01/07")
                if answers.veracity(text + ".", DAY.date()):
                    assert verdict(text + ".") is not None, says


def test_an_annotation_carries_the_verdict(tmp_path):
    request = AnnotationRequest(text="Nghe nói luật mới không cho rút BHXH một lần, bà con rút nhanh đi!", published=DAY, kind="comment")
    [found] = load_annotator(Settings(data_dir=tmp_path)).annotate([request])
    assert found.veracity == "contradicted"


def test_models_alone_never_say_that_something_is_true_or_false(tmp_path):
    requests = [row.request() for row in load_labelled() if row.veracity]
    annotator = load_annotator(Settings(data_dir=tmp_path))
    said = {(found.veracity, annotator._claims(request)) for request, found in zip(requests, annotator.annotate(requests), strict=True)}
    assert said <= {
        (None, None),
        ("unverified", None),
        ("contradicted", "contradicted"),
        ("confirmed", "confirmed"),
        (None, "contradicted"),
    }
