"""Word files from the templates of ``config/reports/``, laid out by Decree 30/2020/NĐ-CP; templates run in a sandbox."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate, RichText
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from alerts.reports.archive import reproducible
from langnghe.config_files import default_config_dir
from langnghe.errors import ConfigurationError


@cache
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


class Linked:
    """Puts addresses behind words of one document."""

    def __init__(self, document: DocxTemplate) -> None:
        self._document = document

    def __call__(self, text: object, address: str | None, *, size: int | None = None) -> RichText:
        """The text with the address behind it; None: the text alone."""
        said, found = str(text), RichText()
        if not address:
            found.add(said, font="Times New Roman", size=size and 2 * size)
            return found
        # Half points, as Word counts; an official paper keeps its links black.
        found.add(said, url_id=self._document.build_url_id(address), font="Times New Roman", size=size and 2 * size, color="000000")
        return found


def word_file(name: str, values: Callable[[Linked], Mapping[str, Any]], when: datetime, config_dir: Path | None = None) -> bytes:
    """A template filled in; the same values and time give the same bytes.

    Args:
        name: of the template, without its ending.
        values: gives what fills it; it is given ``link(text, address)``, which puts an address behind a text.
        when: the time that the file carries.
        config_dir: the configuration folder.

    Raises:
        ConfigurationError: the template is missing or wrong.
    """
    path = (config_dir or default_config_dir()) / "reports" / f"{name}.docx"
    try:
        document = DocxTemplate(path)
        document.init_docx()
        document.render(dict(values(Linked(document))), _environment(), autoescape=True)
    except (OSError, PackageNotFoundError):
        raise ConfigurationError(f"{path} can't be read", "Restore the template as it came with the program.") from None
    except TemplateError as error:
        raise ConfigurationError(f"{path}: {error}", "Mend the template there.") from None
    out = BytesIO()
    document.save(out)
    return reproducible(out.getvalue(), when)
