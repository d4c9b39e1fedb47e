"""How often each label is right, as it was measured when the models were built: a figure that rests on a label says so."""

import re
from functools import cache
from pathlib import Path

import nlp
from langnghe.wording import Wording

CARD = Path(nlp.__file__).parent / "models" / "shipped" / "CARD.md"
"""The card that is written with the shipped models."""
_LINE = re.compile(r"^\| ([a-z]+) \| ([01]\.\d+) \| ([01]\.\d+) \|$", re.MULTILINE)


@cache
def measured(card: Path = CARD) -> dict[str, float]:
    """Decision → its F1 (macro, on folds that hold stories apart), the lower of short texts' and long ones'; empty without a card."""
    found = _LINE.findall(card.read_text(encoding="utf-8")) if card.exists() else []
    return {name: min(float(short), float(long)) for name, short, long in found}


def quality_note(decisions: tuple[str, ...], words: Wording) -> str:
    """One sentence: which labels a figure rests on, and how often they are right."""
    known = measured()
    said = [
        words("quality.one", name=words(f"quality.{name}"), percent=words.number(100 * known[name])) for name in decisions if name in known
    ]
    return words("quality.note", said=", ".join(said)) if said else words("quality.unknown")
