"""``langnghe train``: build the shipped models from the project's labelled texts."""

from pathlib import Path
from typing import Annotated

import typer

from langnghe.errors import Unavailable


def train(
    out: Annotated[Path | None, typer.Option(help="Folder of the model files; none: those that ship with the program.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of labelled texts (*.jsonl); none: those of the project.")] = None,
) -> None:
    """Train on the labelled texts that are not of the frozen test; the same texts give the same files."""
    try:
        from nlp.build import SHIPPED, build
    except ImportError as error:
        raise Unavailable(f"training needs {error.name}", "Install it with: pip install 'langnghe[train]'.") from None
    from langnghe.labels import load_labels
    from langnghe.progress import progress_bar
    from langnghe.settings import load_settings
    from nlp.features import FeatureReader
    from nlp.heads import heads
    from nlp.labelled import FOLDER, load_labelled

    config_dir = load_settings().config_dir
    labels = load_labels(config_dir)
    rows = load_labelled(data or FOLDER)
    with progress_bar("train", total=len(heads(labels)), unit="heads") as advance:
        figures = build(rows, labels, FeatureReader(config_dir), out or SHIPPED, advance)
    for name, figure in figures.items():
        typer.echo(f"{name:12} {figure:.3f} on the folds")
