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


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("Cho hỏi mất sổ BHXH thì làm lại ở đâu", (1.0, 1.0)),
        ("Tuyển thợ may, lương tháng 13, đóng BHXH, liên hệ Zalo", (1.0, 0.0)),
        ("Trời hôm nay đẹp quá", (0.0, 0.0)),
    ],
)
def test_a_short_text_tells_whether_it_names_the_insurance_and_beside_what(read, text, standing):
    reading = read(text)
    assert (reading.length, reading.presence[:2]) == ("short", standing)


def test_a_long_text_tells_how_often_and_where_it_names_the_insurance(read):
    passing, about = read(INTRO + "Ông có thẻ BHYT."), read(INTRO + "Thẻ BHYT hết hạn. " * 20)
    assert passing.length == about.length == "long"
    assert about.presence[2] > passing.presence[2]
