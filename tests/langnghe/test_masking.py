"""Masking on labelled texts: nearly nothing that points to a person is left, and what is harmless stays as it is."""

from collections import Counter

import pytest

from tests.langnghe.masking.measure import KINDS, MARKED, lines, measure


def test_at_least_99_of_100_personal_details_are_gone_and_hardly_anything_else(privacy):
    found = measure(privacy, "personal.txt", "later.txt")
    assert found.recall >= 0.99, "\n".join(found.wrong)
    assert found.precision >= 0.98, "\n".join(found.wrong)
    assert found.masks >= 220


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_measured_by_more_than_a_handful_and_masked(privacy, kind):
    found = measure(privacy, "personal.txt", "later.txt")
    assert found.wanted[kind] >= 10
    assert found.gone[kind] >= 0.97 * found.wanted[kind]


def test_the_texts_are_distinct_and_the_harmless_ones_hold_no_mark():
    texts = [*lines("personal.txt"), *lines("later.txt"), *lines("harmless.txt")]
    assert [text for text, count in Counter(texts).items() if count > 1] == []
    assert not any(MARKED.search(text) for text in lines("harmless.txt"))


def test_masking_what_is_masked_changes_nothing(privacy):
    for text in [*lines("personal.txt"), *lines("harmless.txt")]:
        masked = privacy.mask(MARKED.sub(r"\2", text))
        assert privacy.mask(masked) == masked
