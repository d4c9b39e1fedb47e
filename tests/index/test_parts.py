"""A search in parts answers as one in a whole."""

import pytest

from index import parts
from index.parts import ranges
from index.threads import started
from tests.index.suite import ask, read_cases

CASES = [case for case in read_cases() if not case.after][::4]


def answers(filled) -> list[tuple[list[tuple[str, float]], int, object]]:
    found = [ask(*filled, case.model_copy(update={"expect": case.expect.model_copy(update={"facets": {"topic": {}}})})) for case in CASES]
    return [([(hit.ref, hit.score) for hit in result.hits], result.total, result.facets) for result in found]


def test_the_parts_have_the_same_hits_scores_and_facets_as_the_whole(embedded_filled, monkeypatch) -> None:
    whole = answers(embedded_filled)
    assert sum(bool(hits) for hits, _, _ in whole) > len(whole) / 2
    monkeypatch.setattr(parts, "SMALL", 0)
    monkeypatch.setattr(parts, "cores", lambda: 3)
    assert answers(embedded_filled) == whole


class Segments:
    """A searcher of a hundred thousand documents whose segments begin with some ids."""

    num_docs = 100_000

    def __init__(self, *firsts: int) -> None:
        self.firsts, self.num_segments = list(firsts), len(firsts)

    def fast_field_values(self, name: str, addresses: list[object]) -> list[int]:
        assert name == "id"
        assert len(addresses) == self.num_segments
        return self.firsts


@pytest.mark.parametrize(
    ("firsts", "expected"),
    [
        ((1, 45_000, 90_000), [(None, 44_999), (45_000, None)]),
        ((1, 90_000), [(None, 49_999), (50_000, None)]),
        ((1,), [(None, 49_999), (50_000, None)]),
    ],
)
def test_a_part_ends_with_a_segment_where_one_ends_near(monkeypatch, firsts, expected) -> None:
    monkeypatch.setattr(parts, "cores", lambda: 2)
    monkeypatch.setattr(parts, "FOR_EACH_CORE", 1)
    assert ranges(Segments(*firsts), 100_000) == expected  # type: ignore[arg-type]


def test_what_one_part_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        started(lambda number: 1 / number, [1, 0])()
