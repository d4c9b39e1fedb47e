"""Reading config/: YAML that is checked on load, with errors that name file, line and remedy."""

from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.nodes import MappingNode, Node, SequenceNode
from yaml.reader import ReaderError

from langnghe.errors import ConfigurationError

Model = TypeVar("Model", bound=BaseModel)


def line_of(root: Node | None, path: tuple[int | str, ...]) -> int:
    """Line (from 1) of the innermost node on ``path`` that the file has."""
    node, line = root, 1
    for step in path:
        if isinstance(node, MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C is 15 times as fast, and every command begins with reading a dozen files."""


def _loaded(text: str) -> tuple[Any, Node | None]:
    """The content, and the nodes that it was made from."""
    loader = _Loader(text)
    try:
        tree = loader.get_single_node()
        return (None if tree is None else loader.construct_document(tree)), tree
    finally:
        loader.dispose()


def _parsed(path: Path, text: str) -> tuple[Any, Node | None]:
    try:
        return _loaded(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{path}:{line}: {error.problem}", "Mend the YAML there.") from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigurationError(f"{path}:{line}: a control character (code {error.character})", "Remove it.") from None
    except (ValueError, RecursionError) as error:
        # What looks like a date and is none (2026-13-40), or a nesting without end.
        raise ConfigurationError(f"{path}: {error}", "Mend the YAML there.") from None


def read_yaml(path: Path) -> tuple[Any, Node | None]:
    """The content of a YAML file and its node tree, which knows the lines."""
    try:
        return _parsed(path, path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"{path} does not exist", "Restore it, or point LANGNGHE_CONFIG_DIR at the folder that holds it."
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{path} can't be read: {error.strerror}", "Put a YAML file that can be read there.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is not UTF-8", "Save it as UTF-8.") from None


def load(path: Path, model: type[Model]) -> Model:
    """A YAML file as ``model``.

    Raises:
        ConfigurationError: naming file, line, field and what would be accepted.
    """
    content, tree = read_yaml(path)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "the file"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise ConfigurationError(
            f"{path}:{line_of(tree, first['loc'])}: {where}: {first['msg']}{more}",
            f"Correct {where}; config/README.md describes every field.",
        ) from None


@cache
def default_config_dir() -> Path:
    """The folder config/ that came with the program."""
    return Path(__file__).resolve().parent.parent / "config"
