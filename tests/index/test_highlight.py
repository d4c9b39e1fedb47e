import unicodedata
from datetime import date

import pytest

from index.fields import KnownFields
from index.highlight import LONGEST, snippet, wanted
from index.lexicon import load_lexicon
from index.query import parse


def shown(query: str, text: str, longest: int = LONGEST) -> str:
    lexicon = load_lexicon()
    return snippet(text, wanted(parse(query, date(2026, 11, 20), KnownFields(lexicon)).clause, lexicon), longest)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("thuoc", "Hết thuốc rồi", "Hết <mark>thuốc</mark> rồi"),
        ("thuốc", "het thuoc roi", "het <mark>thuoc</mark> roi"),
        ("thuốc", "Thuốc này thuộc ai", "<mark>Thuốc</mark> này thuộc ai"),
        ("thuốc", "Chỉ có thuộc thôi", "Chỉ có <mark>thuộc</mark> thôi"),
        ("bhyt", "Thẻ bảo hiểm y tế mới", "Thẻ <mark>bảo hiểm y tế</mark> mới"),
        ("bảo hiểm y tế", "Thẻ BHYT mới", "Thẻ <mark>BHYT</mark> mới"),
        ('"y tế"', "Bộ Y tế", "Bộ <mark>Y tế</mark>"),
        ("hoà", "Phường Hòa Khánh", "Phường <mark>Hòa</mark> Khánh"),
        ("dak lak", "ở Đắk Lắk", "ở <mark>Đắk Lắk</mark>"),
        ("thuốc -thuế", "Thuốc lá và thuế", "<mark>Thuốc</mark> lá và thuế"),
        ("", "Không có gì để tìm", "Không có gì để tìm"),
    ],
)
def test_what_matched_is_marked_as_it_was_written(query, text, expected) -> None:
    assert shown(query, text) == expected


def test_decomposed_text_is_marked_whole() -> None:
    text = unicodedata.normalize("NFD", "Hết thuốc rồi")
    assert unicodedata.normalize("NFC", shown("thuốc", text)) == "Hết <mark>thuốc</mark> rồi"


def test_a_snippet_is_whole_sentences_around_the_matches_and_no_longer_than_allowed() -> None:
    filler = "Câu này không liên quan gì đến điều đang tìm. " * 20
    text = f"{filler}Bệnh viện hết thuốc tiểu đường. {filler}"
    found = shown("thuốc tiểu đường", text)
    plain = found.replace("<mark>", "").replace("</mark>", "").strip("… ")
    assert "hết <mark>thuốc</mark> <mark>tiểu đường</mark>." in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(plain) <= LONGEST
    assert plain in text
    assert plain.startswith(("Câu này", "Bệnh viện"))


def test_a_sentence_longer_than_a_snippet_is_cut_between_words() -> None:
    text = " ".join(f"từ{n}" for n in range(500))
    found = shown("từ300", text)
    words = found.replace("<mark>", "").replace("</mark>", "").strip("… ").split()
    assert "<mark>từ300</mark>" in found
    assert set(words) <= set(text.split())
    assert len(" ".join(words)) <= LONGEST
