"""Forms as data: fields in, one action out. What an action refuses is told on the page, and nothing that was typed is lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import streamlit as st

from dashboard.trouble import acting

Kind = Literal["line", "password", "text", "choice", "many", "day", "number", "whole", "switch", "file"]
Values = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    kind: Kind = "line"
    options: Sequence[Any] = ()
    shown: Callable[[Any], str] = str
    """How an option is called."""
    value: Any = None
    hint: str = ""
    height: int = 110


def _show(field: Field, key: str) -> None:
    if field.kind == "line":
        st.text_input(field.label, field.value or "", key=key, placeholder=field.hint)
    elif field.kind == "password":
        st.text_input(field.label, key=key, type="password", autocomplete="new-password")
    elif field.kind == "file":
        st.file_uploader(field.label, list(field.options), key=key, help=field.hint or None)
    elif field.kind == "text":
        st.text_area(field.label, field.value or "", key=key, height=field.height, placeholder=field.hint)
    elif field.kind == "choice":
        at = (
            list(field.options).index(field.value)
            if field.value in field.options
            else 0
            if field.value is None and not field.hint
            else None
        )
        st.selectbox(field.label, field.options, at, format_func=field.shown, key=key, placeholder=field.hint)
    elif field.kind == "many":
        st.multiselect(field.label, field.options, field.value or [], format_func=field.shown, key=key, placeholder=field.hint)
    elif field.kind == "day":
        st.date_input(field.label, field.value, key=key, format="DD/MM/YYYY")
    elif field.kind == "whole":
        st.number_input(field.label, value=field.value, min_value=0, step=1, key=key)
    elif field.kind == "number":
        st.number_input(field.label, value=field.value, key=key, placeholder=field.hint)
    else:
        st.toggle(field.label, bool(field.value), key=key)


def _chosen(field: Field) -> int | None:
    """Place of the value among the options; without one the first is chosen, or none where a hint asks to choose."""
    if field.value in field.options:
        return list(field.options).index(field.value)
    return None if field.hint else 0


def _taken(fields: Sequence[Field], prefix: str) -> Values:
    values: Values = {field.name: st.session_state.get(f"{prefix}-{field.name}") for field in fields}
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def _act(fields: Sequence[Field], prefix: str, act: Callable[[Values], object], done: str) -> None:
    with acting(done):
        act(_taken(fields, prefix))


def submit(act: Callable[[Values], object], done: str) -> None:
    """Do what asks for nothing more."""
    with acting(done):
        act({})


@dataclass(frozen=True)
class Button:
    """A button of a form; ``done``: key of the wording for what the page says afterwards."""

    label: str
    act: Callable[[Values], object]
    done: str


def show_form(
    fields: Sequence[Field],
    prefix: str,
    label: str,
    act: Callable[[Values], object],
    done: str,
    *,
    primary: bool = True,
    also: Button | None = None,
) -> None:
    """A form.

    Args:
        fields: what it asks for.
        prefix: its name in the session; with the version of what it changes in it, a form starts anew when that has changed.
        label: of its button.
        act: is called with the values by name.
        done: key of the wording for what the page says afterwards.
        primary: whether its button is the page's first one.
        also: a second button, which does more with the same values and is then the first one.
    """
    with st.form(prefix, border=False):
        for field in fields:
            _show(field, f"{prefix}-{field.name}")
        first: Literal["primary", "secondary"] = "primary" if primary else "secondary"
        with st.container(horizontal=True, gap="small"):
            kind = "secondary" if also else first
            st.form_submit_button(label, type=kind, on_click=_act, args=(fields, prefix, act, done))
            if also is not None:
                st.form_submit_button(also.label, type=first, on_click=_act, args=(fields, prefix, also.act, also.done))


def options_of(named: Sequence[Any], language: str) -> tuple[list[str], Callable[[str], str]]:
    """Ids of things that have names in both languages, and the function that tells their names."""
    names: Mapping[str, str] = {one.id: one.en if language == "en" else one.vi for one in named}
    return list(names), lambda chosen: names.get(chosen, chosen)


def as_day(value: Any) -> date | None:
    """A day that a form gave; None: it was left open."""
    return value if isinstance(value, date) else None
