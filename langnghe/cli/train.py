"""``langnghe train``: build models from labelled texts and officers' corrections, or say which texts would teach them most."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from langnghe.errors import Unavailable, WrongCall

if TYPE_CHECKING:
    from nlp.labelled import Labelled
    from nlp.learning.candidate import Outcome


def train(
    out: Annotated[Path | None, typer.Option(help="Folder of the model files; none: those that ship with the program.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of labelled texts (*.jsonl); none: those of the project.")] = None,
    corrections: Annotated[bool, typer.Option("--corrections", help="Learn from officers' corrections too; used if better.")] = False,
    weight: Annotated[int, typer.Option(min=1, help="Times that a corrected text counts.")] = 3,
    suggest: Annotated[int, typer.Option(min=0, help="Print that many documents whose labels would teach most, and stop.")] = 0,
    backend: Annotated[Literal["shipped", "transformers"], typer.Option(help="What is trained.")] = "shipped",
    model: Annotated[str | None, typer.Option(help="Transformer to fine-tune: a name of config/models, or a folder.")] = None,
    epochs: Annotated[int, typer.Option(min=0, help="Times that a transformer sees each text; 0: only export it.")] = 4,
) -> None:
    """Train on the labelled texts that are not of a test; the same texts give the same files."""
    if suggest:
        _suggest(suggest)
        return
    from nlp.labelled import FOLDER, load_labelled

    rows = load_labelled(data or FOLDER)
    if backend == "transformers":
        _fine_tune(rows, model, out, epochs)
    elif corrections:
        _learn(rows, weight)
    else:
        _build(rows, out)


def _build(rows: "list[Labelled]", out: Path | None) -> None:
    """Build models from labelled texts alone."""
    try:
        from nlp.build import SHIPPED, build
    except ImportError as error:
        raise _missing(error) from None
    from langnghe.labels import load_labels
    from langnghe.progress import progress_bar
    from langnghe.settings import load_settings
    from nlp.features import FeatureReader
    from nlp.heads import heads

    config_dir = load_settings().config_dir
    labels = load_labels(config_dir)
    with progress_bar("train", total=len(heads(labels)), unit="heads") as advance:
        figures = build(rows, labels, FeatureReader(config_dir), out or SHIPPED, advance)
    for name, figure in figures.items():
        typer.echo(f"{name:12} {figure:.3f} on the folds")


def _missing(error: ImportError) -> Unavailable:
    return Unavailable(f"training needs {error.name}", "Install it with: pip install 'langnghe[train]'.")


def _learn(rows: "list[Labelled]", weight: int) -> None:
    """Teach a candidate with the corrections too, and use it if it is better."""
    try:
        from nlp.learning.candidate import Learner
    except ImportError as error:
        raise _missing(error) from None
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation
    from langnghe.progress import progress_bar
    from nlp.heads import heads

    installation = open_installation()
    with progress_bar("train", total=len(heads(installation.labels)), unit="heads") as advance:
        outcome = Learner(installation, rows).learn(SYSTEM, weight, advance)
    _tell(outcome)


def _tell(outcome: "Outcome") -> None:
    for change in outcome.changes:
        typer.echo(f"{change.name:20} {change.present:.3f} -> {change.candidate:.3f} ({change.candidate - change.present:+.3f})")
    typer.echo(f"{'corrected texts':20} {outcome.right[0]} -> {outcome.right[1]} of {outcome.corrected} wholly right")
    verdict = "The candidate is better and in use" if outcome.adopted else "The candidate is not better; the models stay as they are"
    typer.echo(f"{verdict}: {outcome.folder}")


def _suggest(count: int) -> None:
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation
    from nlp.learning.suggestions import suggest

    for found in suggest(open_installation().record, SYSTEM, count):
        unsure = ", ".join(f"{name} {doubt:.2f}" for name, doubt in found.unsure.items() if doubt >= 0.5)
        typer.echo(f"{found.document_id}\t{found.worth:.2f}\t{found.kind}\t{unsure}\t{found.title or ''}\t{found.excerpt}")


def _fine_tune(rows: "list[Labelled]", model: str | None, out: Path | None, epochs: int) -> None:
    """Teach a transformer all heads, and write it as ONNX."""
    if model is None or out is None:
        raise WrongCall("--backend transformers needs --model and --out", "Name the model to start from and a folder for the new one.")
    from langnghe.labels import load_labels
    from langnghe.progress import progress_bar
    from langnghe.settings import load_settings
    from nlp.backends.hub import files_of
    from nlp.backends.manifest import check_licence, find_manifest, load_manifest
    from nlp.finetuning.onnx_form import load_torch
    from nlp.heads import heads

    settings = load_settings()
    path = find_manifest(model, settings.config_dir)
    base = load_manifest(path, settings.config_dir)
    check_licence(base, settings.nlp.accept_licence)
    load_torch()
    from nlp.finetuning.teaching import fine_tune

    files = files_of(base, path.parent, settings.data_dir / "models" / "hub")
    with progress_bar("fine-tune", total=epochs, unit="epochs") as advance:
        made = fine_tune(files, base, rows, heads(load_labels(settings.config_dir)), out, epochs, advance)
    typer.echo(f"{made.name} is in {out} ({made.licence.id}); use it with nlp: {{backend: transformers, model: {out}}}")
