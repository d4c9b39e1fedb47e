from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.fields import KnownFields
from index.interface import SearchRequest
from index.lexicon import load_lexicon
from index.query import Clause, Either, Every, Labelled, Neither, Parsed, Quoted, Words, parse
from index.ranking import trees
from index.search import search
from index.units import units
from langnghe.actor import SYSTEM
from tests.index.suite import read_corpus

TODAY = date(2026, 11, 20)


def read(query: str) -> Parsed:
    return parse(query, TODAY, KnownFields(load_lexicon()))


def shown(clause: Clause | None) -> object:
    """A clause as nested tuples, for comparing."""
    match clause:
        case Words(found) | Quoted(found):
            return (type(clause).__name__, " ".join(token.exact for token in found))
        case Every(parts) | Either(parts):
            return (type(clause).__name__, *(shown(part) for part in parts))
        case Neither(part):
            return ("Neither", shown(part))
        case Labelled(field, values):
            return ("Labelled", field, *values)
    return clause


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("thẻ bhyt", ("Words", "thẻ bhyt")),
        ('"thẻ bhyt"', ("Quoted", "thẻ bhyt")),
        ("thẻ AND bhyt", ("Words", "thẻ bhyt")),
        ("thẻ bhyt OR sổ bhxh", ("Either", ("Words", "thẻ bhyt"), ("Words", "sổ bhxh"))),
        ("thẻ -giấy", ("Every", ("Words", "thẻ"), ("Neither", ("Words", "giấy")))),
        ("thẻ NOT giấy", ("Every", ("Words", "thẻ"), ("Neither", ("Words", "giấy")))),
        ("NOT NOT giấy", ("Words", "giấy")),
        ("-(a OR b) c", ("Every", ("Neither", ("Either", ("Words", "a"), ("Words", "b"))), ("Words", "c"))),
        ("a - b", ("Words", "a b")),
        ("tinh:nghệ an thuốc", ("Every", ("Labelled", "province", "34-40"), ("Words", "thuốc"))),
        ("Tỉnh:Nghệ_An", ("Labelled", "province", "34-40")),
        ("tinh:vinhphuc", ("Labelled", "province", "63-26")),
        ("chủ_đề:lương_hưu", ("Labelled", "topic", "pension")),
        ("chu_de:hi_drug_supply", ("Labelled", "topic", "hi_drug_supply")),
        ("cam_xuc:tiêu_cực", ("Labelled", "sentiment", "negative")),
        ("nguon:tuoitre", ("Labelled", "source", "tuoitre")),
        ("loai:bình luận", ("Labelled", "kind", "comment")),
        ("", None),
        ("AND OR", None),
        ("((((", None),
        ("!!!", None),
    ],
)
def test_a_query_is_read_as_it_is_meant(query, expected) -> None:
    assert shown(read(query).clause) == expected


@given(st.text(alphabet=st.sampled_from('ab ưđ"()-:ANDORNOT|&\n“”tinh'), max_size=60))
@settings(max_examples=300)
def test_whatever_is_typed_is_read_and_planned(query) -> None:
    parsed = read(query)
    trees(parsed, [], load_lexicon())


def test_thousands_of_brackets_do_no_harm() -> None:
    assert shown(read("(" * 5000 + "thẻ").clause) is None
    assert [hint.key for hint in read("((thẻ").hints] == ["unbalanced_bracket"]


def test_every_hint_has_its_words_in_both_languages() -> None:
    from langnghe.wording import load_wording

    queries = ['"a', "(a", "a OR", "mau:a", "tinh:atlantis", "7 ngày qua a"]
    hints = [hint for query in queries for hint in read(query).hints]
    hints += trees(read("thuốc bhyt nghệ an"), [], load_lexicon()).hints
    assert {hint.key for hint in hints} >= {"unclosed_quote", "unbalanced_bracket", "dangling_operator", "unknown_field", "unknown_value"}
    for language in ("vi", "en"):
        assert all(load_wording(language)(f"search.hint.{hint.key}", **hint.values) for hint in hints)


def test_words_are_cut_into_the_things_that_they_name() -> None:
    parsed = read("doanh nghiệp nợ bhxh tỉnh đồng nai").clause
    assert isinstance(parsed, Words)
    found = units(parsed.tokens, load_lexicon())
    assert [" ".join(token.exact for token in unit.tokens) for unit in found] == ["doanh nghiệp", "nợ", "bhxh", "tỉnh đồng nai"]
    assert [unit.topics for unit in found] == [(), ("evasion_late_payment",), ("evasion_late_payment",), ()]
    assert found[3].meaning is not None
    assert found[3].meaning.labels == (("provinces", ("34-75", "63-75")),)


def test_a_pasted_article_is_a_query_that_both_engines_run(filled) -> None:
    record, index = filled
    text = " ".join(text.text for text in read_corpus())
    assert search(record, index, SYSTEM, SearchRequest(query=text[:1_500])).total > 0
    assert search(record, index, SYSTEM, SearchRequest(query=f'"{text[:900]}" OR ({text[900:1_500]})')).total >= 0
