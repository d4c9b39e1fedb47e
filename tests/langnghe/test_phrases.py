"""Key phrases of a set of texts against a background, and the sentences that say most of what they say."""

import pytest

from langnghe.errors import ConfigurationError
from langnghe.folding import fold
from langnghe.phrases import characteristic_phrases, function_words, sentences, summary, words
from langnghe.usual_phrases import usual_phrases

SHORTAGE = [
    "Bệnh viện tỉnh hết thuốc bảo hiểm, người bệnh phải mua ngoài tại nhà thuốc tư nhân. Chiều qua trời mưa to.",
    "Hai tháng nay thuốc tiểu đường không có, người bệnh phải mua ngoài.",
    "Người bệnh phải mua ngoài vì kho thuốc của bệnh viện đã trống từ tháng trước. Ai cũng kêu.",
    "Đấu thầu thuốc chậm nên người bệnh phải mua ngoài, tốn cả triệu đồng.",
]
BACKGROUND = [
    "Bệnh viện tỉnh mở thêm phòng khám mới cho người cao tuổi.",
    "Người lao động nộp hồ sơ hưởng trợ cấp thất nghiệp.",
    "Thuốc trong danh mục bảo hiểm được bổ sung từ năm sau.",
    "Lương hưu tháng này được chi trả sớm hơn thường lệ.",
    "Bệnh viện huyện tiếp nhận máy chụp phim mới.",
    "Người bệnh nên mang theo căn cước khi đi khám.",
]


def test_what_is_new_comes_first_in_whole_words():
    found = characteristic_phrases(SHORTAGE, BACKGROUND)
    assert {phrase.text: (phrase.texts, phrase.background) for phrase in found[:2]}["mua ngoài"] == (4, 0)


def test_what_the_background_says_as_often_is_not_characteristic():
    assert characteristic_phrases(SHORTAGE, SHORTAGE * 3) == []
    assert not any(phrase.text == "bệnh viện" for phrase in characteristic_phrases(SHORTAGE[:1] + SHORTAGE[2:3], BACKGROUND[:1] * 5))


def test_no_phrase_stands_inside_another_or_begins_with_an_empty_word():
    found = [phrase.text for phrase in characteristic_phrases(SHORTAGE, BACKGROUND, most=20)]
    assert not any(one != other and f" {one} " in f" {other} " for one in found for other in found)
    assert not any(words(phrase)[0] in function_words() or words(phrase)[-1] in function_words() for phrase in found)


def test_a_phrase_counts_once_a_text_however_often_it_is_repeated():
    repeated = ["Mua ngoài, mua ngoài, mua ngoài, lúc nào cũng mua ngoài.", "Lại phải mua ngoài."]
    assert {phrase.text: phrase.texts for phrase in characteristic_phrases(repeated, BACKGROUND)}["mua ngoài"] == 2


def test_without_any_background_everything_said_twice_is_new():
    assert "mua ngoài" in [phrase.text for phrase in characteristic_phrases(SHORTAGE, [])]
    assert characteristic_phrases([], BACKGROUND) == []


def test_what_is_typed_without_marks_counts_with_the_rest_and_is_shown_with_them():
    texts = ["Kho hết dịch lọc thận từ đầu tháng.", "cho toi hoi sao benh vien het dich loc than hoai vay ca nha oi", BACKGROUND[0]]
    assert [(phrase.text, phrase.texts) for phrase in characteristic_phrases(texts, BACKGROUND, most=1)] == [("dịch lọc thận", 2)]


def test_names_are_no_part_of_a_phrase_however_they_are_written():
    texts = ["Ở Lào Cai hết dịch lọc.", "o lao cai het dich loc roi ca nha oi", "Dịch lọc ở tỉnh Lào Cai đã hết."]
    found = [phrase.text for phrase in characteristic_phrases(texts, BACKGROUND, names=["Lào Cai", "tỉnh Lào Cai"])]
    assert found
    assert not any("lao" in fold(phrase) or "cai" in fold(phrase) for phrase in found)


def test_a_foreign_name_is_a_phrase_of_its_own_and_keeps_its_capitals():
    texts = ["Bệnh viện K hết Glivec.", "Bao giờ mới có Glivec cho người bệnh?"]
    assert characteristic_phrases(texts, BACKGROUND)[0].text == "Glivec"


@pytest.mark.parametrize("plain", ["bảo hiểm y tế", "cơ quan BHXH", "người dân", "cán bộ bảo hiểm xã hội"])
def test_plain_words_of_the_domain_never_mark_anything(plain):
    texts = [f"Hôm qua {plain} có mặt ở chợ.", f"Chỗ này {plain} đông lắm.", f"Ai thấy {plain} thì báo."]
    assert plain.lower() not in [phrase.text.lower() for phrase in characteristic_phrases(texts, [], most=20)]


def test_a_usual_phrase_gives_way_to_a_rare_one_though_the_background_has_neither():
    texts = ["Ông chờ lương hưu ở nhà văn hóa xóm Đình.", "Lương hưu phát tại nhà văn hóa xóm Đình.", "Ai nhận chưa?"]
    found = [phrase.text for phrase in characteristic_phrases(texts, [], most=20)]
    assert "lương hưu" not in found[:1]
    assert "nhà văn hóa" in found[0]


def test_a_part_of_a_phrase_is_not_shown_beside_it():
    texts = ["Hộ cận nghèo bị cắt thẻ.", "Xã bỏ hộ cận nghèo khỏi danh sách."]
    assert [phrase.text for phrase in characteristic_phrases(texts, [])] == ["hộ cận nghèo"]


def test_a_table_of_usual_phrases_that_is_wrong_names_its_line(tmp_path):
    (tmp_path / "usual.txt").write_text("# shares\n0.01\tlương hưu\nmany\tngười dân\n")
    with pytest.raises(ConfigurationError, match=r"usual\.txt:3"):
        usual_phrases(tmp_path / "usual.txt")


def test_a_summary_says_what_several_texts_say_names_its_sources_and_repeats_nothing():
    found = summary(SHORTAGE)
    assert len(found) == 2
    assert "phải mua ngoài" in found[0].text
    for sentence in found:
        assert sentence.text in SHORTAGE[sentence.source]
    assert not any("trời mưa" in sentence.text for sentence in found)
    assert len(summary([SHORTAGE[1]] * 5)) == 1


def test_a_summary_leaves_out_greetings_and_what_is_longer_than_may_be_shown():
    assert summary(["Chào cả nhà.", "x " * 400 + "."]) == []
    assert summary([]) == []


@pytest.mark.parametrize("text", ["", "😀 !!!", "\x00", "a" * 5_000])
def test_odd_texts_are_split_without_harm(text):
    assert isinstance(sentences(text), list)
    assert isinstance(words(text), list)
