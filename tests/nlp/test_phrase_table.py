from hypothesis import given
from hypothesis import strategies as st

from nlp.phrase_table import ANY, PhraseTable

TOKENS = st.sampled_from(["di", "lan", "thang", "nay"])
PHRASES = st.lists(st.lists(TOKENS | st.just(ANY), min_size=1, max_size=3), min_size=1, max_size=6)
TEXTS = st.lists(TOKENS, max_size=8)


def table_of(phrases):
    table: PhraseTable[int] = PhraseTable()
    for place, phrase in enumerate(phrases):
        table.add(phrase, place)
    return table


@given(PHRASES, TEXTS)
def test_every_phrase_is_found_where_it_stands_and_nowhere_else(phrases, text):
    table, ends = table_of(phrases), range(1, len(text) + 1)
    found = sorted((match.start, match.end, match.value) for match in table.all_matches(text, text, plain=True))
    stands = [
        (start, end, value)
        for start in range(len(text))
        for end in ends
        for value, phrase in enumerate(phrases)
        if end - start == len(phrase) and all(meant in (ANY, token) for token, meant in zip(text[start:end], phrase, strict=True))
    ]
    assert found == sorted(stands)


def test_a_phrase_with_any_token_in_its_second_place_begins_where_its_first_stands():
    table = table_of([["di", ANY, "lan"]])
    assert table.beginnings(["di", "ba", "lan"]) == [0]
    assert [(match.start, match.end) for match in table.all_matches(["di", "ba", "lan"], ["di", "ba", "lan"], plain=False)] == [(0, 3)]


def test_no_phrase_begins_where_the_next_token_goes_on_with_none():
    table = table_of([["thang", "nay"], ["lan"]])
    assert table.beginnings(["thang", "lan", "thang"]) == [1]
    assert table.beginnings([]) == []
