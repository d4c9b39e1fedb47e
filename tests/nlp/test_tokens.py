import unicodedata

import pytest

from langnghe.folding import fold
from nlp.concepts import load_concepts
from nlp.tokens import load_tokeniser


@pytest.fixture(scope="module")
def tokenise():
    return load_tokeniser()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Bảo hiểm y tế", ["bhyt"]),
        ("bao hiem y te", ["bhyt"]),
        ("thẻ BHYT", ["thẻ", "bhyt"]),
        ("ko dc gì", ["không", "được", "gì"]),
        ("quáááá", ["quá"]),
        ("quáaaaa", ["quá"]),
        ("vui ghêêê :))", ["vui", "ghê", ":vui:"]),
        ("chán 😡", ["chán", ":giận:"]),
        ("bệnh viện", ["bv"]),
        ("BV", ["bv"]),
        ("xem https://a.example/b?c=1 nhé", ["xem", ":link:", "nhé"]),
        ("2.340.000 đồng", ["0000000", "đồng"]),
        ("rút 1 lần", ["rút", "1", "lần"]),
    ],
)
def test_text_as_typed_is_read_as_meant(tokenise, typed, read):
    assert tokenise(typed).exact == read


def test_composed_and_decomposed_text_and_both_tone_placements_read_alike(tokenise):
    text = "Thuốc BHYT ở Hòa Bình thủy"
    assert tokenise(unicodedata.normalize("NFD", text)).exact == tokenise(text).exact
    assert tokenise("hoà thuỷ").exact == tokenise("hòa thủy").exact


def test_text_without_marks_is_known_to_be_so(tokenise):
    assert tokenise("cho em hoi rut bao hiem mot lan").plain
    assert not tokenise("cho em hỏi rút bảo hiểm một lần").plain


@pytest.mark.parametrize("text", ["", "   ", "😀😀😀", "\x00\x01", "?!?!", "1234567890" * 50, "日本語のテキスト", "a" * 100_000])
def test_odd_text_is_read_without_failing(tokenise, text):
    tokens = tokenise(text)
    assert len(tokens.exact) == len(tokens.folded)


def test_a_concept_is_found_with_and_without_marks(tokenise):
    concepts = load_concepts()
    text = "Ba tháng nay bệnh viện hết thuốc, phải mua ngoài"
    for typed in (text, fold(text)):
        found = {match.value for match in concepts.find(tokenise(typed))}
        assert {"hi_drug_supply", "hi_out_of_pocket", "not_solved"} <= found


def test_a_marked_word_is_no_other_word_of_the_same_letters(tokenise):
    assert "hi_drug_supply" not in {match.value for match in load_concepts().find(tokenise("hết thuộc tỉnh này"))}
