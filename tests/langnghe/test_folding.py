import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.folding import canonical, fold, new_tone_placement, nfc


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Thuốc BHYT ở Đắk Lắk", "thuoc bhyt o dak lak"),
        ("ĐƯỜNG ưỡn ẹo", "duong uon eo"),
        ("\u00d0à Nẵng", "da nang"),
        ("Café ½ 😀", "cafe ½ 😀"),
    ],
)
def test_folding_strips_every_mark(text, folded):
    assert fold(text) == folded


def test_text_in_any_letters_folds_as_each_letter_does():
    for letters in ("Đường ưỡn ẹo, “ở” Đắk Lắk…", "Ångström Ж 😀", "".join(map(chr, range(1, 0x2100)))):
        composed = nfc(letters)
        assert fold(composed) == "".join(map(fold, composed))
        assert fold(f"{letters} 😀") == f"{fold(letters)} 😀"


def test_folding_keeps_offsets_on_composed_text():
    text = nfc("Người bệnh Đắk Nông: “hết thuốc”… İ")
    assert len(fold(text)) == len(text)


def test_decomposed_and_composed_text_fold_alike():
    text = "Bảo hiểm y tế hộ gia đình"
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@pytest.mark.parametrize(("old", "new"), [("hòa", "hoà"), ("Thủy", "Thuỷ"), ("khỏe", "khoẻ"), ("hóa đơn", "hoá đơn")])
def test_both_tone_placements_are_one(old, new):
    assert canonical(old) == canonical(new)


@pytest.mark.parametrize("word", ["quý", "của", "hoàn", "toán", "thuở", "mùa"])
def test_words_with_one_spelling_stay(word):
    assert new_tone_placement(word) == word


def test_a_tone_moves_in_open_syllables_of_oa_oe_uy_and_nowhere_else():
    """Each word by itself, by the rule that is written out for it, gives what the text as a whole gives."""
    assert new_tone_placement("hòa HÓA xòe lũy, của quý loè qùy") == "hoà HOÁ xoè luỹ, của quý loè qùy"


@given(st.text(st.sampled_from("oóòaàâấyýuủùeéêqht ơ\u0301\u0323Ó1.-"), max_size=14))
def test_words_keep_their_tone_placement_beside_others(text):
    placed = new_tone_placement(text)
    assert placed == re.sub(r"\w+", lambda match: new_tone_placement(match.group()), nfc(text))
