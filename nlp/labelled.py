"""The project's own labelled texts, and which of them are for training and which for each of the tests."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from langnghe.documents import AnnotationRequest, Intent, Kind, Sentiment, Veracity
from langnghe.errors import ConfigurationError

FOLDER = Path(__file__).parent / "data" / "labelled"
TEST_SHARE = 0.2
"""Share of the stories that is kept for the tests."""
ROUNDS = {
    "frozen": range(1, 12),
    "fresh": range(12, 16),
    "hard": range(16, 22),
    "plain": range(22, 23),
    "natural": range(23, 31),
    "wide": range(31, 43),
    "everyday": range(43, 56),
    "broad": range(56, 68),
    "recent": range(68, 1000),
}
"""Numbers of the files whose test stories make each test: new texts never move the tests of earlier rounds. Those of the hard one were
written where the models were weakest, those of the plain one as most people write; the wide, the everyday and the broad one have what
lies far from the matter too, and in most files of the recent one readers minded the intents of that as well."""

DECIDED_WITH = {"recent": "broad"}
"""A round that is one with another where decisions are a mean of rounds: both have people's voices at large, and as two of nine they would
count for more than their share."""


class Labelled(BaseModel):
    """A text with the labels that a careful reader gives it; ``provinces`` are names of the piece's day."""

    model_config = ConfigDict(extra="forbid")

    id: str
    voice: str
    story: str
    kind: Kind
    title: str | None = None
    context: str | None = None
    text: str
    published: date
    relevant: bool
    topics: list[str] = []
    subtopics: list[str] = []
    sentiment: Sentiment = "neutral"
    intent: Intent = "information"
    concern: Literal[0, 1, 2] = 0
    provinces: list[str] = []
    responsible: list[str] = []
    audience: list[str] = []
    formal: bool = False
    veracity: Veracity | None = None

    def request(self) -> AnnotationRequest:
        """What an annotator is given of it."""
        return AnnotationRequest.model_validate(self.model_dump(include={"id", "text", "title", "kind", "published", "context"}))

    @property
    def is_test(self) -> bool:
        """Whether its story belongs to a test: decided by a hash, so that new texts never move old ones."""
        return part_of(self.story, "test") < TEST_SHARE

    @property
    def is_of_file(self) -> bool:
        """Whether it is one of the project's labelled texts; an officer's correction is not."""
        name, _, number = self.id.partition("-")
        return name.startswith("w") and name[1:].isdecimal() and number.isdecimal()

    @property
    def round(self) -> str:
        """The test that its story would belong to; the last, where its name is of no file."""
        number = self.id.partition("-")[0].removeprefix("w")
        return next((name for name, files in ROUNDS.items() if number.isdecimal() and int(number) in files), list(ROUNDS)[-1])


def part_of(group: str, salt: str) -> float:
    """A number from 0 to 1 that depends on the group's name only."""
    digest = hashlib.sha256(f"{salt}:{group}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def _row(path: Path, number: int, line: str) -> Labelled:
    try:
        return Labelled.model_validate(json.loads(line))
    except (ValueError, ValidationError) as error:
        reason = str(error).replace("\n", " ")[:200]
        raise ConfigurationError(f"{path}:{number}: {reason}", "Correct the line; nlp/data/README.md describes the form.") from None


def load_labelled(folder: Path = FOLDER) -> list[Labelled]:
    """All labelled texts of a folder, in order of file and line.

    Raises:
        ConfigurationError: naming file and line of a text that does not keep to the form.
    """
    files = [(path, path.read_text(encoding="utf-8").split("\n")) for path in sorted(folder.glob("*.jsonl"))]
    return [_row(path, number, line) for path, lines in files for number, line in enumerate(lines, 1) if line.strip()]


class Parts(NamedTuple):
    """Labelled texts by what they are for."""

    training: list[Labelled]
    """Training and development."""
    tests: dict[str, list[Labelled]]
    """By round."""


def split(rows: Iterable[Labelled]) -> Parts:
    """The texts by what they are for."""
    parts = Parts([], {name: [] for name in ROUNDS})
    for row in rows:
        (parts.tests[row.round] if row.is_test else parts.training).append(row)
    return parts
