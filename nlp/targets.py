"""Stance per target: a piece may praise the doctors and complain of the paperwork (``config/lexicon/targets.yaml``)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from langnghe.config_files import default_config_dir, load
from langnghe.documents import TargetStance
from nlp.phrase_table import Match, PhraseTable
from nlp.spans import Normaliser, Spans, load_normaliser

LONGEST = 600
"""Characters of a text that is looked at: a story has many voices and turns."""
NEGATION_REACH = 2
"""Tokens between a negation and what it turns round."""

_SENTENCE_ENDS = frozenset(".!?…;")
_CLAUSE_ENDS = frozenset(",:-–()") | _SENTENCE_ENDS
_AFTER = "after"
"""Marks words of praise and blame that count right after a target only."""
REACH = 12
"""Tokens between a target and what is said of it."""
_LINKS = frozenset(["của", "ở", "tại", "bên", "trong", "trên", "cho", "từ", "qua", "về", "này", "cấp"])
"""Words that join a target to what it belongs to."""
Mark = tuple[Literal["target", "praise", "blame", "neutral", "negation", "contrast"], str]


class TargetFile(BaseModel):
    """``config/lexicon/targets.yaml``: phrases parted by commas."""

    model_config = ConfigDict(extra="forbid")

    targets: dict[str, str]
    praise: str
    blame: str
    praise_after: str
    blame_after: str
    neutral: str
    negation: str
    contrast: str


@dataclass
class _Clause:
    """Tokens ``start`` to ``end`` with what was found in them; ``opens``: it begins a sentence or a thought set against the one before."""

    start: int
    end: int
    opens: bool
    marks: list[Match[Mark]] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Match[Mark]]:
        """The marks of some kinds."""
        return [mark for mark in self.marks if mark.value[0] in kinds]


class TargetReader:
    """Reads what a text says of which target."""

    def __init__(self, content: TargetFile, normalise: Normaliser) -> None:
        self._normalise = normalise
        self._table: PhraseTable[Mark] = PhraseTable()
        for target, phrases in content.targets.items():
            self._add(phrases, ("target", target))
        self._add(content.praise, ("praise", ""))
        self._add(content.blame, ("blame", ""))
        self._add(content.praise_after, ("praise", _AFTER))
        self._add(content.blame_after, ("blame", _AFTER))
        self._add(content.neutral, ("neutral", ""))
        self._add(content.negation, ("negation", ""))
        self._add(content.contrast, ("contrast", ""))

    def _add(self, phrases: str, mark: Mark) -> None:
        for phrase in {tuple(self._normalise(part.strip()).exact) for part in phrases.split(",")}:
            self._table.add(phrase, mark)

    def __call__(self, text: str) -> list[TargetStance]:
        """Targets with the stance towards each, where a text speaks well of one thing and badly of another; else nothing."""
        if len(text) > LONGEST:
            return []
        spans = self._normalise(text)
        marks = self._marks(spans)
        named = {mark.value[1] for mark in marks if mark.value[0] == "target"}
        if not named or (len(named) < 2 and not any(mark.value[0] == "contrast" for mark in marks)):
            return []
        found = _merged(list(_stances(_clauses(spans, marks), spans)))
        differ = len({one.stance for one in found}) > 1 and len({one.target for one in found}) > 1
        return found if differ else []

    def _marks(self, spans: Spans) -> list[Match[Mark]]:
        """What stands in the text, the longest at each place; of two meanings of one phrase the first of the file."""
        found: list[Match[Mark]] = []
        exact, folded, done = spans.exact, spans.folded, 0
        for start in self._table.beginnings(folded):
            if start < done:
                continue
            longest: Match[Mark] | None = None
            for match in self._table.at(start, exact, folded, spans.plain):
                if spans.plain and match.end - start == 1 and match.value[0] in ("praise", "blame"):
                    continue  # one syllable without its marks may be a dozen others
                longest = match if longest is None or match.end > longest.end else longest
            if longest and not (longest.value[0] == "target" and found and self._belongs(found[-1], longest, exact)):
                found.append(longest)
            done = longest.end if longest else done
        return found

    @staticmethod
    def _belongs(before: Match[Mark], mark: Match[Mark], exact: list[str]) -> bool:
        """Whether a target only says whose the one before is: "thủ tục BHYT", "bác sĩ của bệnh viện" speak of the first."""
        return before.value[0] == "target" and all(token in _LINKS for token in exact[before.end : mark.start])


def _ends(spans: Spans, place: int, signs: frozenset[str]) -> bool:
    """Whether a sign or a line's end parts the token at ``place`` from the one before."""
    before, here = spans.spans[place - 1], spans.spans[place]
    return before.token in signs or "\n" in spans.text[before.end : here.start]


def _clauses(spans: Spans, marks: list[Match[Mark]]) -> list[_Clause]:
    """The text in clauses: parted by signs, and before a word of contrast."""
    contrasts = {mark.start for mark in marks if mark.value[0] == "contrast"}
    starts = [0] + [place for place in range(1, len(spans.spans)) if place in contrasts or _ends(spans, place, _CLAUSE_ENDS)]
    clauses = []
    for start, end in zip(starts, [*starts[1:], len(spans.spans)], strict=True):
        opens = start == 0 or start in contrasts or _ends(spans, start, _SENTENCE_ENDS)
        clauses.append(_Clause(start, end, opens, [mark for mark in marks if start <= mark.start < end]))
    return clauses


def _negated(clause: _Clause, mark: Match[Mark]) -> bool:
    """Whether an odd number of negations stand right before a word of praise or blame."""
    before = [one for one in clause.of("negation") if one.end <= mark.start <= one.end + NEGATION_REACH]
    others = [one for one in clause.of("praise", "blame") if one.end <= mark.start]
    return bool([one for one in before if not any(other.start >= one.end for other in others)])


def _is_praise(clause: _Clause, mark: Match[Mark]) -> bool:
    return (mark.value[0] == "praise") != _negated(clause, mark)


def _reaches(target: Match[Mark], mark: Match[Mark]) -> bool:
    """Whether a word is near enough to speak of a target."""
    if mark.value[1] == _AFTER:
        return target.end <= mark.start <= target.end + 1
    return abs(target.start - mark.start) <= REACH


def _asks(clause: _Clause, spans: Spans) -> bool:
    """Whether a clause's sentence is a question: it says nothing of what it asks for."""
    after = next((span.token for span in spans.spans[clause.start :] if span.token in _SENTENCE_ENDS), "")
    return after == "?"


def _nearest(targets: list[Match[Mark]], mark: Match[Mark]) -> Match[Mark]:
    """The target that a word speaks of: the nearest before it, else the first after."""
    before = [target for target in targets if target.start < mark.start]
    return before[-1] if before else targets[0]


def _stances(clauses: list[_Clause], spans: Spans) -> Iterator[tuple[TargetStance, int]]:
    """What each word of praise or blame says of which target, as 1 or -1; in a clause without one, of the target last named."""
    last: Match[Mark] | None = None
    for clause in clauses:
        targets = [] if _asks(clause, spans) else clause.of("target")
        if clause.opens and not targets:
            last = None
        for mark in clause.of("praise", "blame"):
            target = _nearest(targets, mark) if targets else last
            if target and _reaches(target, mark) and not _asks(clause, spans):
                yield _stance(target, mark, _is_praise(clause, mark), spans)
        last = targets[-1] if targets else last


def _stance(target: Match[Mark], mark: Match[Mark], praise: bool, spans: Spans) -> tuple[TargetStance, int]:
    first, end = min(target.start, mark.start), max(target.end, mark.end)
    start, stop = spans.spans[first].start, spans.spans[end - 1].end
    found = TargetStance(
        target=target.value[1], stance="positive" if praise else "negative", evidence=spans.text[start:stop], start=start, end=stop
    )
    return found, 1 if praise else -1


def _merged(found: list[tuple[TargetStance, int]]) -> list[TargetStance]:
    """One entry a target, in the order of the text: what more of its words say, the shortest evidence; where as many, both."""
    result = []
    for target in dict.fromkeys(one.target for one, _ in found):
        of_target = [(one, sign) for one, sign in found if one.target == target]
        total = sum(sign for _, sign in of_target)
        for sign in (1, -1):
            same = [one for one, its in of_target if its == sign]
            if same and total * sign >= 0:
                result.append(min(same, key=lambda one: one.end - one.start))
    return sorted(result, key=lambda one: one.start)


@cache
def load_targets(config_dir: Path | None = None) -> TargetReader:
    """The reader of a configuration folder (None: the one that came with the program)."""
    folder = config_dir or default_config_dir()
    return TargetReader(load(folder / "lexicon" / "targets.yaml", TargetFile), load_normaliser(config_dir))
