"""Streamlit's own words in the language of the session: it says "Upload", "Select all" and "Next page" whatever language a page has."""

import json
from functools import cache
from pathlib import Path

import streamlit as st

from dashboard.access import LANGUAGE_COOKIE
from langnghe.wording import Wording, load_wording

PREFIX = "frame."
LOCALES = {"vi": "vi-VN", "en": "en-GB"}
"""Languages as browsers name them: calendars begin on Monday in both."""
WAITING = ("working", "busy")
"""What a page says while it waits: after two seconds, and after ten."""
_SCRIPT = Path(__file__).with_name("frame.js")


def frame_texts(words: Wording, streamlits: Wording) -> list[tuple[str, str]]:
    """What Streamlit says, each with what stands in its place; nothing where they are the same."""
    own = {key: text for key, text in words.entries.items() if key.startswith(PREFIX)}
    return [(streamlits.entries[key], text) for key, text in own.items() if text != streamlits.entries[key]]


@cache
def _script(language: str, config_dir: Path) -> str:
    words = load_wording(language, config_dir)
    texts = frame_texts(words, load_wording("en", config_dir))
    waiting = {name: words(f"waiting.{name}") for name in WAITING}
    said = {"language": language, "cookie": LANGUAGE_COOKIE, "locale": LOCALES[language], "texts": texts, "waiting": waiting}
    # "</" would end the script wherever it stands in it.
    written = json.dumps(said, ensure_ascii=False).replace("</", "<\\/")
    return f"<script>\n{_SCRIPT.read_text(encoding='utf-8')}({written})</script>"


def say_in_words(words: Wording, config_dir: Path) -> None:
    """Give the page's frame the language of the session, before there is anything of it to mend."""
    with st.sidebar:
        st.html(_script(words.language, config_dir), unsafe_allow_javascript=True)
