"""A candidate is taught with the corrections too, and replaces the present models only if it is better on the frozen test."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from langnghe.actor import NATIONAL, Actor, Role
from langnghe.installation import Installation
from langnghe.record.audit import audit
from nlp.annotator import Annotator
from nlp.backends.shipped import ShippedBackend
from nlp.build import build
from nlp.evaluation import judge
from nlp.features import FeatureReader
from nlp.labelled import Labelled, split
from nlp.learned import adopt, learned_dir, models_folder
from nlp.learning.corrections import corrected_texts
from nlp.measures import Judged, measure
from nlp.places import load_finder

WEIGHT = 3
"""Times that a corrected text teaches: it is of this office's own coverage, and a machine was wrong about it."""
TOLERATED = 0.01
"""A figure may fall by so much, which is chance on the frozen test, as long as the others rise by more."""
COMPARED = ("relevance_f1", "topics_micro_f1", "subtopics_micro_f1", "sentiment_macro_f1", "intent_macro_f1", "concern_kappa")


@dataclass(frozen=True)
class Change:
    """A figure of the present models and of the candidate."""

    name: str
    present: float
    candidate: float


@dataclass(frozen=True)
class Outcome:
    """What came of learning: figures on the frozen test, how many corrected texts each has right, whether the candidate is in use now."""

    changes: list[Change]
    corrected: int
    right: tuple[int, int]
    adopted: bool
    folder: Path


def is_better(changes: Sequence[Change]) -> bool:
    """Whether the figures rise in all, and none falls by more than chance."""
    steps = [change.candidate - change.present for change in changes]
    return sum(steps) > 0 and min(steps) >= -TOLERATED


def _is_right(pair: Judged) -> bool:
    gold, found = pair.gold, pair.found
    same = gold.sentiment == found.sentiment.label and gold.intent == found.intent.label and gold.concern == found.concern
    return gold.relevant == found.relevant and same and set(gold.topics) == set(found.topic_ids())


class Learner:
    """Teaches candidates for one installation."""

    def __init__(self, installation: Installation, rows: Sequence[Labelled]) -> None:
        self._installation, self._rows = installation, rows
        self._config_dir = installation.settings.config_dir

    def _annotator(self, folder: Path) -> Annotator:
        return Annotator(ShippedBackend(self._config_dir, folder), self._installation.labels, load_finder(self._config_dir))

    def _compared(self, present: Annotator, candidate: Annotator) -> list[Change]:
        frozen = split(self._rows).tests["frozen"]
        before, after = (measure(judge(annotator, frozen), 0) for annotator in (present, candidate))
        return [Change(name, before[name].value, after[name].value) for name in COMPARED]

    def learn(self, actor: Actor, weight: int = WEIGHT, step: Callable[[], None] = lambda: None) -> Outcome:
        """Teach a candidate with the corrections of the record; the models in use change only if it is better.

        Raises:
            NotAllowed: the actor is no administrator of the national desk.
        """
        actor.require(Role.administrator, NATIONAL, "replace the models")
        settings, record = self._installation.settings, self._installation.record
        with record.reading() as session:
            corrections = corrected_texts(session)
        draft = learned_dir(settings) / "candidate"
        build([*self._rows, *corrections * weight], self._installation.labels, FeatureReader(self._config_dir), draft, step)
        present, candidate = self._annotator(models_folder(settings)), self._annotator(draft)
        changes = self._compared(present, candidate)
        right = [sum(map(_is_right, judge(annotator, corrections))) for annotator in (present, candidate)]
        better = is_better(changes)
        now = record.clock.now()
        folder = adopt(settings, draft, f"{now:%Y%m%d-%H%M%S}") if better else models_folder(settings)
        if not better:
            shutil.rmtree(draft)
        with record.session() as session:
            figures = {change.name: [round(change.present, 4), round(change.candidate, 4)] for change in changes}
            audit(
                session,
                actor,
                "learn",
                candidate.model if better else present.model,
                now,
                adopted=better,
                corrected=len(corrections),
                figures=figures,
            )
        return Outcome(changes, len(corrections), (right[0], right[1]), better, folder)
