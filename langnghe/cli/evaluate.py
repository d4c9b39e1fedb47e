"""``langnghe evaluate``: how well the annotation agrees with careful readers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from langnghe.errors import WrongCall

if TYPE_CHECKING:
    from nlp.confusion import LabelCount, Matrix
    from nlp.evaluation import Evaluation
    from nlp.measures import Judged


def _figures_table(found: "Evaluation", what: str) -> Table:
    table = Table("figure", "value", "95 % interval", title=f"{what}: {len(found.judged)} texts")
    for name, figure in found.figures.items():
        table.add_row(name, f"{figure.value:.3f}", f"{figure.low:.3f} - {figure.high:.3f}")
    return table


def _slices_table(found: "Evaluation") -> Table:
    from nlp.report import SHOWN

    table = Table("slice", "texts", *(name.rsplit("_", 1)[0] for name in SHOWN), title="Slices")
    for name, (count, figures) in found.slices.items():
        table.add_row(name, str(count), *(f"{figures[measure].value:.3f}" for measure in SHOWN))
    return table


def _matrix_table(matrix: "Matrix") -> Table:
    table = Table("reader \\ machine", *matrix.labels, "recall", title=matrix.name)
    for place, label in enumerate(matrix.labels):
        table.add_row(label, *map(str, matrix.counts[place]), f"{matrix.recall(place):.2f}")
    table.add_row("precision", *(f"{matrix.precision(place):.2f}" for place in range(len(matrix.labels))))
    return table


def _labels_table(counts: "list[LabelCount]") -> Table:
    table = Table("group", "label", "texts", "found", "precision", "recall", "F1", title="Each label")
    for count in counts:
        figures = (f"{value:.2f}" for value in (count.precision, count.recall, count.f1))
        table.add_row(count.group, count.label, str(count.gold), str(count.found), *figures)
    return table


def _write(page: Path, html: str) -> None:
    try:
        page.write_text(html, encoding="utf-8")
    except OSError as error:
        raise WrongCall(f"{page} can't be written: {error.strerror}", "Choose another file with --html.") from None
    print(page)


def _error_line(pair: "Judged") -> str:
    gold, found = pair.gold, pair.found
    places = [mention.name for mention in found.provinces]
    said = f"{found.relevant} {found.topic_ids()} {found.sentiment.label} {found.intent.label} {found.concern} {places}"
    meant = f"{gold.relevant} {gold.topics} {gold.sentiment} {gold.intent} {gold.concern} {gold.provinces}"
    return f"{gold.id} ({gold.kind}) {gold.context or gold.title or ''}\n  {gold.text[:300]}\n  reader:  {meant}\n  machine: {said}"


def evaluate(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Labelled texts or the sample sources' corpus; none: the texts kept for tests.")
    ] = None,
    errors: Annotated[int, typer.Option(min=0, help="Print that many of the worst errors.")] = 0,
    labels: Annotated[bool, typer.Option("--labels", help="Print what is taken for what, and each label's figures.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write a report with charts there.", dir_okay=False)] = None,
    raise_floors: Annotated[bool, typer.Option("--raise-floors", help="Lift quality/floors.toml to what was measured.")] = False,
) -> None:
    """Measure the annotation on texts that it was not trained on."""
    from langnghe.labels import load_labels
    from langnghe.settings import load_settings
    from nlp.annotator import load_annotator
    from nlp.confusion import label_counts, matrices
    from nlp.demo_corpus import load_texts
    from nlp.evaluation import evaluate as run
    from nlp.evaluation import worst
    from nlp.labelled import load_labelled, split
    from nlp.report import WORST, report_html

    settings = load_settings()
    known = load_labels(settings.config_dir)
    console = Console()
    given = {", ".join(file.name for file in files): [row for file in files for row in load_texts(file)]} if files else {}
    tests = given or {f"{name} test": rows for name, rows in split(load_labelled()).tests.items()}
    annotator = load_annotator(settings)
    evaluations = {what: run(annotator, rows) for what, rows in tests.items()}
    for what, evaluation in evaluations.items():
        console.print(_figures_table(evaluation, what), _slices_table(evaluation))
    what, found = next(iter(evaluations.items()))
    if labels:
        console.print(*map(_matrix_table, matrices(found.judged, known)), _labels_table(label_counts(found.judged, known)))
    if html:
        _write(html, report_html(found, known, what, errors or WORST))
    for pair in worst(found.judged, errors):
        console.print(_error_line(pair), markup=False, highlight=False)
    if raise_floors and not files:
        for test, evaluation in evaluations.items():
            _raise_floors(test.replace(" ", "_"), evaluation)


def _raise_floors(section: str, found: "Evaluation") -> None:
    from nlp.floors import load_floors, raised, save_floors

    save_floors(raised(load_floors(section), found.figures), section)
