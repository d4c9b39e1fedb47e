import pytest

from langnghe.documents import AnnotationRequest
from nlp.features import FeatureReader

INTRO = "Sáng nay trời mưa to, đường phố ngập nước khắp nơi. " * 20


@pytest.fixture(scope="module")
def read():
    reader = FeatureReader()
    return lambda text, **more: reader(AnnotationRequest.model_validate({"text": text, "kind": "comment", **more}))


def test_the_words_of_a_title_count_once_more_under_the_names_that_they_have_in_texts(read):
    features = read("Xin hỏi thêm.", title="Rút BHXH một lần", kind="news").features
    assert "frut" in features["f<t"]
    assert "lsi_one_time_withdrawal" in features["l<t"]
    assert features["f<t"] == [name for name in features["f"] if name in features["f<t"]]
    assert "f<t" not in read("Rút BHXH một lần").features


def test_a_short_text_has_no_parts(read):
    assert read("Cho hỏi mất sổ BHXH thì làm lại ở đâu").parts is None


def test_a_long_text_tells_how_often_and_where_it_names_the_insurance(read):
    passing, about = read(INTRO + "Ông có thẻ BHYT.").parts, read(INTRO + "Thẻ BHYT hết hạn. " * 20).parts
    assert about.presence[2] > passing.presence[2]


def test_a_passage_is_read_as_a_text_of_its_own_without_the_title(read):
    parts = read(f"{INTRO}Ông có thẻ BHYT. {INTRO}", title="Mưa lớn gây ngập", kind="news").parts
    [passage] = parts.passages
    assert "wbhyt" in passage["w"]
    assert "f<t" not in passage
    assert {"f<t", "l<t"} <= parts.lead.keys()
    assert "wbhyt" not in parts.lead["w"]
