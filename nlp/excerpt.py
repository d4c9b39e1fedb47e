"""What of a long text is read closely: its lead and the sentences that name the insurances; and how present they are in it.

A newspaper's article runs to 700 syllables, of which often a single sentence names the insurance in passing. Read whole, its other
subjects drown that sentence or, worse, are taken for the matter. So it is read in several ways: as an excerpt, by its lead alone, and
passage by passage (:mod:`nlp.views`).
"""

from collections.abc import Callable, Sequence
from math import log, log1p
from typing import NamedTuple

from nlp.tokens import Tokens

LONG = 130
"""Tokens from which on a text is long: nearly all comments, posts and notes are shorter."""
LEAD = 50
"""Tokens of the beginning that are always read, to the end of their sentence."""
NAMING = 200
"""Tokens of sentences further on that name the insurances."""
PASSAGES = 8
"""Passages further on are not read: by then the article has said what it says of the insurances."""
RARE = 0.2
"""Names in a hundred tokens that are added to the density, so that none at all has a logarithm."""

Presence = tuple[float, ...]
"""How present the insurances are in a long text: named in the title, in the lead; in how many sentences and in which share of them; how
often in a hundred tokens (the counts as logarithms)."""


class Closely(NamedTuple):
    """What of a long text is read for itself."""

    presence: Presence
    lead: Tokens
    """Title and lead."""
    passages: list[Tokens]
    """Sentences that name the insurances, each with those around it, in order; a sentence stands in one passage only."""


class Excerpt(NamedTuple):
    """The tokens to read; ``closely`` is None for a text that is read whole."""

    tokens: Tokens
    closely: Closely | None


def _joined(parts: Sequence[Tokens]) -> Tokens:
    plain = bool(parts) and all(part.plain for part in parts)
    return Tokens([token for part in parts for token in part.exact], [token for part in parts for token in part.folded], plain)


def excerpt(title: Tokens | None, sentences: list[Tokens], names: Callable[[Tokens], int]) -> Excerpt:
    """What to read of a text of these sentences; ``names`` counts how often a sentence names the insurances."""
    heading = [title] if title else []
    length = sum(len(sentence.exact) for sentence in sentences)
    if length <= LONG:
        return Excerpt(_joined([*heading, *sentences]), None)
    counts = [names(sentence) for sentence in sentences]
    lead = _lead(sentences)
    chosen = [*sentences[:lead], *_naming(sentences[lead:], counts[lead:])]
    presence = _presence(bool(title and names(title)), any(counts[:lead]), counts, length)
    closely = Closely(presence, _joined([*heading, *sentences[:lead]]), _passages(sentences, counts))
    return Excerpt(_joined([*heading, *chosen]), closely)


def _lead(sentences: Sequence[Tokens]) -> int:
    """How many sentences begin within the first :data:`LEAD` tokens."""
    length = 0
    for count, sentence in enumerate(sentences):
        if length >= LEAD:
            return count
        length += len(sentence.exact)
    return len(sentences)


def _naming(sentences: Sequence[Tokens], counts: Sequence[int]) -> list[Tokens]:
    """The sentences that name the insurances, to :data:`NAMING` tokens."""
    found, length = [], 0
    for sentence, count in zip(sentences, counts, strict=True):
        if count and length < NAMING:
            found.append(sentence)
            length += len(sentence.exact)
    return found


def _passages(sentences: Sequence[Tokens], counts: Sequence[int]) -> list[Tokens]:
    """Each sentence that names the insurances and stands in no passage yet, with the one before and the one after it."""
    found: list[Tokens] = []
    read = -1
    for place, count in enumerate(counts):
        if count and place > read and len(found) < PASSAGES:
            read = place + 1
            found.append(_joined(sentences[max(place - 1, 0) : place + 2]))
    return found


def _presence(in_title: bool, in_lead: bool, counts: Sequence[int], length: int) -> Presence:
    saying = sum(count > 0 for count in counts)
    density = log(RARE + 100 * sum(counts) / length)
    return (float(in_title), float(in_lead), log1p(saying), saying / len(counts), density)
