"""An evaluation as one HTML page: charts, slices, what is taken for what, the worst errors; it loads nothing from anywhere."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from langnghe.labels import Labels
from nlp.confusion import label_counts, matrices
from nlp.evaluation import Evaluation, worst

SHOWN = ("relevance_f1", "topics_micro_f1", "sentiment_macro_f1", "intent_macro_f1", "concern_kappa", "provinces_f1")
"""Measures that slices are compared by."""
WORST = 30


def report_html(found: Evaluation, labels: Labels, what: str, errors: int = WORST) -> str:
    """The page; ``what`` names the texts."""
    templates = FileSystemLoader(Path(__file__).parent / "templates")
    page = Environment(loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return page.get_template("evaluation.html").render(
        what=what,
        judged=len(found.judged),
        model=found.judged[0].found.model if found.judged else "",
        figures=found.figures,
        slices=found.slices,
        shown=SHOWN,
        matrices=matrices(found.judged, labels),
        counts=label_counts(found.judged, labels),
        worst=worst(found.judged, errors),
    )
