"""From a text to its annotation: a backend's labels made consistent, and the places that the text names."""

from langnghe.documents import Annotation, AnnotationRequest, IntentLabel, Kind, SentimentLabel, TargetStance, Topic, Veracity
from langnghe.labels import Labels, load_labels
from langnghe.settings import Settings
from nlp.backends import Backend, Prediction, open_backend
from nlp.claims import ClaimChecker, load_claims
from nlp.heads import INTENT_ELSEWHERE
from nlp.places import PlaceFinder, load_finder
from nlp.targets import TargetReader, load_targets


class Annotator:
    """Annotates texts; a pure function of text, date and model version."""

    def __init__(
        self,
        backend: Backend,
        labels: Labels,
        places: PlaceFinder,
        claims: ClaimChecker | None = None,
        targets: TargetReader | None = None,
    ) -> None:
        self._backend, self._labels, self._places, self._claims, self._targets = backend, labels, places, claims, targets
        self.model = backend.model

    def annotate(self, requests: list[AnnotationRequest]) -> list[Annotation]:
        """An annotation for each text, in order."""
        predictions = self._backend.predict(requests)
        return [self._annotation(request, prediction) for request, prediction in zip(requests, predictions, strict=True)]

    def _annotation(self, request: AnnotationRequest, prediction: Prediction) -> Annotation:
        relevant = bool(prediction.chosen["relevant"]) and any(map(str.isalpha, request.text + (request.title or "")))
        about = self._about(request, prediction) if relevant else {}
        of_intent = "intent" if prediction.chosen["relevant"] else INTENT_ELSEWHERE
        intent = prediction.chosen[of_intent][0]
        places = self._places.find(request)
        return Annotation.model_validate(
            {
                "relevant": relevant,
                "relevance": round(prediction.probabilities["relevant"]["yes"], 4),
                "sentiment": SentimentLabel(label="neutral", score=1),
                "intent": IntentLabel.model_validate({"label": intent, "score": round(prediction.probabilities[of_intent][intent], 4)}),
                "provinces": places.provinces,
                "inherited_provinces": places.inherited,
                "localities": places.localities,
                "model": self.model,
                "evidence": prediction.evidence,
                **about,
            }
        )

    def _about(self, request: AnnotationRequest, prediction: Prediction) -> dict[str, object]:
        """What holds of relevant texts only."""
        sentiment = prediction.chosen["sentiment"][0]
        return {
            "topics": self._topics(prediction),
            "subtopics": prediction.chosen["subtopics"],
            "sentiment": {"label": sentiment, "score": round(prediction.probabilities["sentiment"][sentiment], 4)},
            "concern": int(prediction.chosen["concern"][0]),
            "responsible": prediction.chosen["responsible"],
            "audience": prediction.chosen["audience"],
            "veracity": self._veracity(request, prediction),
            "formal": bool(prediction.chosen["formal"]),
            "targets": self._stances(request),
        }

    def _veracity(self, request: AnnotationRequest, prediction: Prediction) -> Veracity | None:
        """Only an approved answer contradicts or confirms; the models, which know words and no law, say at most that it is a rumour.

        On the frozen test every claim that the answers contradict was false; of those that the models called confirmed a third was true.
        """
        settled = self._claims(request) if self._claims else None
        return settled or ("unverified" if prediction.chosen["veracity"][0] in ("unverified", "contradicted") else None)

    def _stances(self, request: AnnotationRequest) -> list[TargetStance]:
        """Stance per target; a report's praise and blame are those of whom it quotes."""
        return self._targets(request.text) if self._targets and request.kind != Kind.news else []

    def _topics(self, prediction: Prediction) -> list[Topic]:
        """Topics that hold, with the parents of the subtopics; a relevant text has at least one."""
        probabilities = prediction.probabilities["topics"]
        parents = [self._labels.parent_of(subtopic) for subtopic in prediction.chosen["subtopics"]]
        ids = list(dict.fromkeys([*prediction.chosen["topics"], *parents])) or [max(probabilities, key=lambda t: probabilities[t])]
        if len(ids) > 1 and "other" in ids and "other" not in parents:
            ids.remove("other")
        topics = [Topic(id=topic, score=round(probabilities[topic], 4)) for topic in ids]
        return sorted(topics, key=lambda topic: -topic.score)


def load_annotator(settings: Settings) -> Annotator:
    """The annotator of an installation.

    Raises:
        ConfigurationError: the backend or a file of it is missing.
    """
    config_dir = settings.config_dir
    return Annotator(
        open_backend(settings), load_labels(config_dir), load_finder(config_dir), load_claims(config_dir), load_targets(config_dir)
    )
