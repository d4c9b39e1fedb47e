"""A typing error gets a suggestion; what is written rightly, or is in the coverage, gets none."""

import pytest

from index.interface import SearchRequest
from index.lexicon import load_lexicon
from index.search import search
from index.spelling import from_telex, suggest
from langnghe.actor import SYSTEM
from langnghe.folding import canonical


@pytest.fixture
def index(filled):
    return filled[1]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lương hưuu", "lương hưu"),
        ("thất nghịep", "thất nghiệp"),
        ("thai sanr", "thai sản"),
        ("luwowng huwu", "lương hưu"),
        ("thuoocs bhyt", "thuốc bhyt"),
        ("bhxhh một lần", "bhxh một lần"),
        ("chuyển tuyyến", "chuyển tuyến"),
    ],
)
def test_a_slip_is_put_right(index, typed, meant) -> None:
    assert canonical(suggest(index, typed, load_lexicon()) or "") == canonical(meant)


@pytest.mark.parametrize("typed", ["lương hưu", "luong huu", "VssID", "công văn 1234/BHXH", "H'Mông", "Xuân Thuỷ", "", "?!", "xyzzyqqq"])
def test_what_is_right_or_beyond_guessing_stays(index, typed) -> None:
    assert suggest(index, typed, load_lexicon()) is None


def test_the_search_says_it_where_nothing_has_all_words(filled) -> None:
    record, index = filled
    result = search(record, index, SYSTEM, SearchRequest(query="thất nghịep"))
    assert [hint.values for hint in result.hints if hint.key == "did_you_mean"] == [{"query": "thất nghiệp"}]
    right = search(record, index, SYSTEM, SearchRequest(query="thất nghiệp"))
    assert "did_you_mean" not in [hint.key for hint in right.hints]


@pytest.mark.parametrize(
    ("keys", "word"),
    [("thuoocs", "thuốc"), ("luwowng", "lương"), ("dduwowcj", "được"), ("hoaf", "hòa"), ("quys", "quý"), ("vieejn", "viện")],
)
def test_keys_of_a_telex_keyboard_are_composed(keys, word) -> None:
    assert from_telex(keys) == canonical(word)
