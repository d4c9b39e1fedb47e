"""What follows once documents are in the record: annotate them, make them searchable, raise concerns."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from langnghe.actor import SYSTEM
from langnghe.installation import Installation


@dataclass(frozen=True)
class Processed:
    """How many documents went through each step."""

    annotated: int
    indexed: int


def annotate_and_index(installation: Installation) -> Processed:
    """Annotate what is new or changed and bring the index up to the record."""
    from index.synchronise import drain_outbox, open_or_build
    from nlp.annotator import load_annotator
    from nlp.stored import annotate_pending

    annotated = annotate_pending(installation.record, load_annotator(installation.settings), installation.places)
    index = open_or_build(installation.record, installation.settings)
    try:
        return Processed(annotated, drain_outbox(installation.record, index))
    finally:
        index.close()


def raise_concerns(installation: Installation, day: date) -> Any:
    """Detect on the record's facts up to ``day``."""
    from alerts.concerns import raise_concerns as detect

    return detect(installation.record, day, installation.settings, SYSTEM)
