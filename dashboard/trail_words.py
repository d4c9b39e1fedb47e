"""The audit trail as an administrator reads it: what was done to what, without the machine's names."""

import re
from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any

from alerts.cases import load_workflow
from dashboard import formats
from dashboard.access import offices
from dashboard.components import link_html, shortened
from dashboard.context import Context, source_names
from langnghe.actor import Role
from langnghe.wording import Wording

PAGES = {"case": "case", "concern": "concern", "press_review": "editing"}
"""What a target may be → the page that shows it."""
LONGEST, SHOWN = 160, 5
"""Characters of a detail, and how many of many things are named."""
_NAMED = re.compile(r"(?P<kind>[a-z]+(?:[ _][a-z]+)*)[ :](?P<name>\S+)")
_COUNTED = re.compile(r"(?P<number>\d+) (?P<kind>sources|tasks)")


def target_html(target: str, context: Context) -> str:
    """What was acted on, with a link to its page, as HTML; what has no name keeps the machine's."""
    words = context.words
    if counted := _COUNTED.fullmatch(target):
        return escape(words(f"of.{counted['kind']}", n=words.number(int(counted["number"]))))
    if (day := _as_day(target)) is not None:
        return escape(formats.day(day))
    found = _NAMED.fullmatch(target)
    if found is None or f"of.{_key(found['kind'])}" not in words.entries:
        return escape(words.entries.get(f"of.{_key(target)}", target))
    kind, name = _key(found["kind"]), found["name"]
    said = words(f"of.{kind}", name=name)
    page = PAGES.get(kind)
    return link_html(said, f"/{page}?id={name}") if page and name.isdigit() else escape(said)


def detail_text(detail: Mapping[str, Any], context: Context) -> str:
    """What belongs to an action; what is empty or nothing is left out."""
    said = [f"{_name(name, context.words)}: {_value(name, value, context)}" for name, value in detail.items() if _tells(value)]
    return shortened(" · ".join(said), LONGEST)


def _tells(value: Any) -> bool:
    return value not in (None, "", [], {}) and (value is False or value != 0)


def _key(name: str) -> str:
    return name.replace(" ", "_")


def _name(name: str, words: Wording) -> str:
    return words.entries.get(f"detail.{_key(name)}", name)


def _as_day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-11-20") else None
    except ValueError:
        return None


def _kind(kind: str, context: Context) -> str | None:
    """What a kind is called: of a paper or solution, or of a piece; None where nothing is called so."""
    workflow, language = load_workflow(context.settings.config_dir), context.words.language
    named = {one.id: one.name(language) for one in [*workflow.papers, *workflow.solutions]}
    return named.get(kind) or context.words.entries.get(f"kind.{kind}")


def _value(name: str, value: Any, context: Context) -> str:
    words = context.words
    if isinstance(value, bool):
        return words("detail.yes" if value else "detail.no")
    if isinstance(value, int | float):
        return words.number(value, 0 if float(value).is_integer() else 2)
    if isinstance(value, list | tuple):
        names = source_names(context) if name == "sources" else {}
        shown = ", ".join(names.get(str(one)) or _called(str(one), context) for one in value[:SHOWN])
        return shown if len(value) <= SHOWN else words("detail.and_more", said=shown, n=words.number(len(value) - SHOWN))
    if isinstance(value, Mapping):
        return ", ".join(f"{_name(str(key), words)} {_value(str(key), one, context)}" for key, one in value.items() if _tells(one))
    if name == "role" and value in set(Role):
        return words(f"role.{value}")
    if name == "office" and value in offices(context.places):
        return context.office(value)
    if name == "kind" and (said := _kind(str(value), context)) is not None:
        return said
    if name == "field":
        return words.entries.get(f"admin.field_{value}", str(value)).lower()
    day = _as_day(value)
    if day or re.match(r"\d{4}-\d\d-\d\dT", str(value)):
        return formats.day(day) if day else formats.iso_moment(value)
    return words.entries.get(f"detail.{value}", _called(str(value), context))


def _called(value: str, context: Context) -> str:
    """The name of a province or topic; what is none stays as it is."""
    return context.topic(value) if value in context.labels.by_id else context.places.name(value)
