"""Which topics the words of a query speak of, where none is named: learned from the labelled texts, stored as counts that can be read.

``python -m index.associations nlp/data/labelled`` learns them anew and writes ``associations.json`` beside this module.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from index.lexicon import Lexicon, load_lexicon
from index.tokens import words

FILE = Path(__file__).with_name("associations.json")
LONGEST = 3
"""Syllables of a stretch that is counted."""
LEAST = 5
"""Texts that must have a stretch, or it says too little."""
PRIOR = 10.0
"""Texts of average topics that every stretch is thought to have stood in besides: rare ones say less."""
LEAST_SURE = 0.3
MOST = 4
"""Topics that are taken up, and how probable each must be; chosen on the `dev` half of the judged queries."""
INFORMATIVE = 2.0
"""How many times as often as elsewhere a topic must occur with a stretch for the pair to be kept in the file."""


@dataclass(frozen=True)
class Associations:
    """Relevant texts, how many of them have each topic, and for each stretch: texts that have it, in all and by topic."""

    texts: int
    topics: dict[str, int]
    stretches: dict[str, tuple[int, dict[str, int]]]

    def guess(self, syllables: Sequence[str]) -> dict[str, float]:
        """The likeliest topics of some unmarked syllables with their probability, as a naive Bayes classifier has it."""
        found = [self.stretches[stretch] for stretch in self._longest(syllables)]
        likely: dict[str, float] = {}
        for topic, count in self.topics.items():
            before = count / self.texts
            after = [(by_topic.get(topic, 0) + PRIOR * before) / (of_all + PRIOR) for of_all, by_topic in found]
            odds = _log_odds(before) + sum(_log_odds(probability) - _log_odds(before) for probability in after)
            likely[topic] = 1 / (1 + math.exp(-odds))
        best = sorted(likely.items(), key=lambda item: (-item[1], item[0]))[:MOST]
        return {topic: round(sure, 3) for topic, sure in best if sure >= LEAST_SURE} if found else {}

    def _longest(self, syllables: Sequence[str]) -> Iterator[str]:
        at = 0
        while at < len(syllables):
            stretches = (" ".join(syllables[at : at + length]) for length in range(min(LONGEST, len(syllables) - at), 0, -1))
            known = next((stretch for stretch in stretches if stretch in self.stretches), None)
            if known is not None:
                yield known
            at += known.count(" ") + 1 if known is not None else 1


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


@cache
def load_associations() -> Associations:
    """The associations that come with the program."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    stretches = {name: (of_all, by_topic) for name, (of_all, by_topic) in content["stretches"].items()}
    return Associations(content["texts"], content["topics"], stretches)


def syllables_of(text: str, lexicon: Lexicon) -> list[str]:
    """Unmarked syllables of a text, abbreviated things in their shortest form."""
    return [folded for _, folded in words(lexicon.shortest(text))]


def learn(rows: Sequence[dict[str, Any]], lexicon: Lexicon) -> Associations:
    """Count in labelled texts (``relevant``, ``topics``, ``subtopics``, ``title``, ``context``, ``text``)."""
    relevant = [row for row in rows if row["relevant"]]
    topics: Counter[str] = Counter()
    of_all: Counter[str] = Counter()
    by_topic: dict[str, Counter[str]] = {}
    for row in relevant:
        labels = {*row.get("topics", []), *row.get("subtopics", [])} - {"other"}
        topics.update(labels)
        for stretch in set(_stretches(row, lexicon)):
            of_all[stretch] += 1
            by_topic.setdefault(stretch, Counter()).update(labels)
    texts = len(relevant)
    kept = {stretch: count for stretch, count in sorted(of_all.items()) if count >= LEAST}
    usual = {topic: INFORMATIVE * count / texts for topic, count in topics.items()}
    informative = {
        stretch: (count, {topic: n for topic, n in sorted(by_topic[stretch].items()) if n > 1 and n / count >= usual[topic]})
        for stretch, count in kept.items()
    }
    return Associations(texts, dict(sorted(topics.items())), {stretch: pair for stretch, pair in informative.items() if pair[1]})


def _stretches(row: dict[str, Any], lexicon: Lexicon) -> Iterator[str]:
    for part in (row.get("title"), row.get("context"), row["text"]):
        syllables = syllables_of(part or "", lexicon)
        for length in range(1, LONGEST + 1):
            yield from (" ".join(syllables[at : at + length]) for at in range(len(syllables) - length + 1))


def main(folder: Path) -> None:
    """Learn from the JSON Lines of a folder and write the file."""
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    learned = learn([json.loads(line) for line in lines], load_lexicon())
    content = {"texts": learned.texts, "topics": learned.topics, "stretches": learned.stretches}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace('],"', '],\n"')
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
