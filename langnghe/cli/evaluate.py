"""``langnghe evaluate``: how well the annotation agrees with careful readers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from nlp.evaluation import Evaluation
    from nlp.measures import Judged


def _figures_table(found: "Evaluation", what: str) -> Table:
    table = Table("figure", "value", "95 % interval", title=f"{what}: {len(found.judged)} texts")
    for name, figure in found.figures.items():
        table.add_row(name, f"{figure.value:.3f}", f"{figure.low:.3f} - {figure.high:.3f}")
    return table


def _slices_table(found: "Evaluation") -> Table:
    names = ["relevance_f1", "topics_micro_f1", "sentiment_macro_f1", "intent_macro_f1", "concern_kappa", "provinces_f1"]
    table = Table("slice", "texts", *(name.rsplit("_", 1)[0] for name in names), title="Slices")
    for name, (count, figures) in found.slices.items():
        table.add_row(name, str(count), *(f"{figures[measure].value:.3f}" for measure in names))
    return table


def _error_line(pair: "Judged") -> str:
    gold, found = pair.gold, pair.found
    places = [mention.name for mention in found.provinces]
    said = f"{found.relevant} {found.topic_ids()} {found.sentiment.label} {found.intent.label} {found.concern} {places}"
    meant = f"{gold.relevant} {gold.topics} {gold.sentiment} {gold.intent} {gold.concern} {gold.provinces}"
    return f"{gold.id} ({gold.kind}) {gold.context or gold.title or ''}\n  {gold.text[:300]}\n  reader:  {meant}\n  machine: {said}"


def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(help="Labelled texts or the sample sources' corpus; none: the frozen test.")] = None,
    errors: Annotated[int, typer.Option(min=0, help="Print that many of the worst errors.")] = 0,
    raise_floors: Annotated[bool, typer.Option("--raise-floors", help="Lift quality/floors.toml to what was measured.")] = False,
) -> None:
    """Measure the annotation on texts that it was not trained on."""
    from langnghe.settings import load_settings
    from nlp.annotator import load_annotator
    from nlp.demo_corpus import load_texts
    from nlp.evaluation import evaluate as run
    from nlp.evaluation import worst
    from nlp.floors import load_floors, raised, save_floors
    from nlp.labelled import load_labelled, split

    console = Console()
    rows = [row for file in files for row in load_texts(file)] if files else split(load_labelled())[1]
    found = run(load_annotator(load_settings()), rows)
    console.print(_figures_table(found, ", ".join(file.name for file in files) if files else "frozen test"))
    console.print(_slices_table(found))
    for pair in worst(found.judged, errors):
        console.print(_error_line(pair), markup=False, highlight=False)
    if raise_floors and not files:
        save_floors(raised(load_floors(), {name: figure.value for name, figure in found.figures.items()}))
