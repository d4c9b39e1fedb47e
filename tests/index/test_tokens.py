import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import BORDER, joined, tokens


def test_tokens_have_one_tone_placement_and_no_case() -> None:
    assert [token.exact for token in tokens("HÒA hoà Thúy thuý QUÝ")] == ["hoà", "hoà", "thuý", "thuý", "quý"]


def test_folded_tokens_have_no_marks_and_no_barred_d() -> None:
    assert [token.folded for token in tokens("Đắk Lắk Ðồng Nai H’Mông")] == ["dak", "lak", "dong", "nai", "h", "mong"]


def test_what_stands_together_without_blanks_is_split() -> None:
    assert [token.exact for token in tokens("Hà Nội.Ngày 41/2024/QH15")] == ["hà", "nội", "ngày", "41", "2024", "qh15"]


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
def test_places_point_into_the_text_as_it_was_written(form) -> None:
    text = unicodedata.normalize(form, "Thuốc… hết rồi")
    assert [text[token.start : token.end] for token in tokens(text)] == [
        unicodedata.normalize(form, word) for word in ("Thuốc", "hết", "rồi")
    ]
    assert [token.exact for token in tokens(text)] == ["thuốc", "hết", "rồi"]


@given(st.text())
def test_any_text_gives_tokens_that_a_blank_can_join(text) -> None:
    found = tokens(text)
    assert all(token.exact and token.folded and not any(c.isspace() for c in token.exact + token.folded) for token in found)
    assert all(0 <= token.start < token.end <= len(text) for token in found)


def test_parts_are_kept_apart_and_nothing_is_a_border() -> None:
    assert joined("Lương hưu", None, "tăng 8%") == (f"lương hưu {BORDER} tăng 8 {BORDER}", f"luong huu {BORDER} tang 8 {BORDER}")
    assert joined(None) == (BORDER, BORDER)
