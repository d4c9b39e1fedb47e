import json
import unicodedata
from pathlib import Path

import pytest

from langnghe.documents import AnnotationRequest
from langnghe.folding import fold
from langnghe.settings import Settings
from nlp.annotator import load_annotator
from nlp.targets import load_targets

EXAMPLES = [json.loads(line) for line in Path(__file__).with_name("examples.jsonl").read_text(encoding="utf-8").splitlines()]
"""Written for this test; the lexicon was mended with the part "tuned", never with "held"."""
FLOORS = {"tuned": 0.8, "held": 0.75}
"""F1 over (target, stance); measured: 0.84 and 0.79 (precision 0.96 and 0.94). Both parts speak plainly; of such lists in stories as people tell them about half are right."""

read = load_targets()


def said(text):
    return [(one.target, one.stance) for one in read(text)]


def f1(part, form=lambda text: text):
    pairs = [({tuple(pair) for pair in row["targets"]}, set(said(form(row["text"])))) for row in EXAMPLES if row["part"] == part]
    right = sum(len(gold & found) for gold, found in pairs)
    return 2 * right / sum(len(gold) + len(found) for gold, found in pairs)


@pytest.mark.parametrize("part", FLOORS)
def test_the_labelled_examples_are_read_as_well_as_measured(part):
    assert f1(part) >= FLOORS[part]


def test_text_typed_without_marks_is_read_where_its_words_are_clear():
    assert f1("held", fold) >= 0.45


def test_what_is_said_of_each_target_stands_where_it_says():
    text = "Bác sĩ tốt nhưng thủ tục BHYT quá rườm rà"
    for given in (text, unicodedata.normalize("NFD", text)):
        found = read(given)
        assert [(one.target, one.stance) for one in found] == [("medical_staff", "positive"), ("procedure", "negative")]
        assert [unicodedata.normalize("NFC", given[one.start : one.end]) for one in found] == ["Bác sĩ tốt", "thủ tục BHYT quá rườm rà"]


def test_a_negation_turns_a_word_round():
    assert said("Thủ tục không rườm rà nhưng bác sĩ chưa nhiệt tình") == [("procedure", "positive"), ("medical_staff", "negative")]


def test_a_piece_that_speaks_of_one_thing_only_has_no_list():
    assert said("Bác sĩ ở đây tốt lắm") == []
    assert said("Bác sĩ ở đây tốt lắm, thủ tục cũng nhanh gọn") == []
    assert said("") == []
    assert said("Bác sĩ tốt, thuốc đủ. " * 200) == []


def test_a_question_says_nothing_of_what_it_asks_for():
    assert said("Bác sĩ tốt nhưng thủ tục có rườm rà không ạ?") == []


def test_words_that_mean_much_else_count_right_after_their_target_only():
    assert said("Bác sĩ tận tình nhưng thuốc thì thiếu") == [("medical_staff", "positive"), ("drugs", "negative")]
    assert said("Bác sĩ tận tình, bên bảo hiểm nói hồ sơ của tôi còn thiếu") == []


def test_an_annotation_carries_them_for_people_not_for_reports(tmp_path):
    annotator = load_annotator(Settings(data_dir=tmp_path))
    text = "Đi khám bảo hiểm y tế: bác sĩ tận tình nhưng thủ tục giấy tờ quá rườm rà, chờ cả buổi mới xong"
    of_kind = {kind: annotator.annotate([AnnotationRequest(text=text, kind=kind)])[0] for kind in ("comment", "news")}
    assert [(one.target, one.stance) for one in of_kind["comment"].targets] == [("medical_staff", "positive"), ("procedure", "negative")]
    assert of_kind["news"].targets == []
