"""What a page says when something does not work: what happened, and what still does."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from dashboard import components
from index.interface import NeedsRebuild
from langnghe.errors import ConfigurationError, Conflict, LangngheError, NotAllowed, Unavailable
from langnghe.wording import Wording

log = logging.getLogger(__name__)


class Said(LangngheError):
    """Something that a page refuses, in the words of the session."""


_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (NeedsRebuild, "rebuild"),
    (Unavailable, "unavailable"),
    (NotAllowed, "not_allowed"),
    (Conflict, "conflict"),
    (ConfigurationError, "configuration"),
    (LangngheError, "refused"),
    (OperationalError, "record"),
    (SQLAlchemyError, "record"),
)


def kind_of(error: Exception) -> str:
    """What sort of trouble an error is: the end of the keys ``trouble.<kind>`` and ``trouble.<kind>_still``."""
    return next((name for kind, name in _KINDS if isinstance(error, kind)), "unknown")


def tell(words: Wording, error: Exception) -> None:
    """Show an error as a person reads it."""
    kind = kind_of(error)
    detail = str(error).splitlines()[0] if str(error) else type(error).__name__
    components.trouble(words, words(f"trouble.{kind}"), words(f"trouble.{kind}_still"), detail)


@contextmanager
def told(words: Wording) -> Iterator[None]:
    """Run a part of a page; what goes wrong in it is told in its place, and the rest of the page stands."""
    try:
        yield
    except (LangngheError, SQLAlchemyError) as error:
        tell(words, error)
    except Exception as error:
        # The log has it whole, the page says it in a line.
        log.exception("a page failed")
        tell(words, error)


@contextmanager
def acting(done: str) -> Iterator[None]:
    """Run an officer's action in a widget's callback; the page then says ``done`` (a key of the wording), or what kept it from that."""
    try:
        yield
    except Said as error:
        st.session_state["flash"] = ("said", error.problem)
    except (LangngheError, SQLAlchemyError) as error:
        st.session_state["flash"] = ("refused", f"trouble.{kind_of(error)}")
    else:
        st.session_state["flash"] = ("done", done)
