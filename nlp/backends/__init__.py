"""What decides the labels of a text: every backend answers in the same form."""

from typing import NamedTuple, Protocol

from langnghe.documents import AnnotationRequest
from langnghe.errors import ConfigurationError
from langnghe.labels import load_labels
from langnghe.settings import Settings


class Prediction(NamedTuple):
    """Probabilities by head and label, and the labels that hold, likeliest first (one, or any number, as the head has it)."""

    probabilities: dict[str, dict[str, float]]
    chosen: dict[str, list[str]]
    evidence: list[str]
    """Words of the text that weighed most."""


class Backend(Protocol):
    """A model that reads texts."""

    @property
    def model(self) -> str:
        """Name and version: another version annotates everything again."""

    def predict(self, requests: list[AnnotationRequest]) -> list[Prediction]:
        """A prediction for each text, in order."""


def open_backend(settings: Settings) -> Backend:
    """The backend that the settings name.

    Raises:
        ConfigurationError: there is no such backend, or its files are missing.
    """
    from nlp.backends.shipped import ShippedBackend
    from nlp.learned import models_folder
    from nlp.untrained import with_lexicon

    if settings.nlp.backend not in ("shipped", "transformers"):
        raise ConfigurationError(f"nlp.backend: there is no backend {settings.nlp.backend!r}", "Use 'shipped' or 'transformers'.")
    shipped = ShippedBackend(settings.config_dir, models_folder(settings))
    labels = load_labels(settings.config_dir)
    completed = with_lexicon(shipped, list(labels.by_id.values()), shipped.trained, settings.config_dir)
    if settings.nlp.backend == "shipped":
        return completed
    from nlp.backends.transformers import open_transformers

    return open_transformers(settings, completed)
