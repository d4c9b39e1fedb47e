"""Quản trị › Chủ đề: every topic with its words; one is added, renamed, described and given words without a line of code."""

from functools import partial
from html import escape

import streamlit as st

from dashboard import components
from dashboard.configuration import may_edit, save_topic
from dashboard.context import Context
from dashboard.forms import Field, Values, show_form
from langnghe.config_edits import CONCEPTS, TopicEdit, edits_folder, read_topics
from langnghe.config_files import load
from langnghe.labels import Label
from nlp.concepts import Concepts

SHOWN_WORDS = 4
"""Phrases of a topic that the list shows."""
NEW = ""


def _words_of(context: Context) -> dict[str, str]:
    return load(context.settings.config_dir / CONCEPTS, Concepts).concepts


def _row(label: Label, edited: set[str], words_of: dict[str, str], context: Context) -> list[str]:
    words = context.words
    phrases = [phrase.strip() for phrase in words_of.get(label.id, "").split(",") if phrase.strip()]
    left = len(phrases) - SHOWN_WORDS
    said = ", ".join(phrases[:SHOWN_WORDS]) + (words("topics.more_words", n=left) if left > 0 else "")
    below = [label.en, label.id, *([words("admin.edited_here")] if label.id in edited else [])]
    name = f'<strong>{escape(label.vi)}</strong><div class="ln-meta">{escape(" · ".join(below))}</div>'
    return [name, context.topic(label.parent) if label.parent else "–", said or "–"]


def show_topics(context: Context) -> None:
    """The list, and the form of one."""
    words, labels = context.words, context.labels
    components.section(words("admin.topics"), words("topics.note"))
    edited = {one.id for one in read_topics(edits_folder(context.settings.data_dir)).topics}
    words_of = _words_of(context)
    left, right = st.columns([1.7, 1], gap="large")
    with right:
        _form(context, words_of)
    with left:
        rows = [_row(label, edited, words_of, context) for label in labels.by_id.values()]
        head = [words(f"topics.column_{name}") for name in ("vi", "parent", "words")]
        components.table(head, rows, numbers_from=len(head), html_columns=(0,), caption=words("topics.number", n=words.number(len(rows))))


def _form(context: Context, words_of: dict[str, str]) -> None:
    words, labels = context.words, context.labels
    components.section(words("topics.edit"))
    if not may_edit(context.actor):
        components.notice(words("admin.national_only"))
        return
    chosen = st.selectbox(
        words("topics.which"),
        [NEW, *labels.by_id],
        format_func=lambda one: context.topic(one) if one else words("topics.new"),
        key="topic-which",
    )
    label = labels.by_id.get(chosen)
    edit = next((one for one in read_topics(edits_folder(context.settings.data_dir)).topics if one.id == chosen), None)
    show_form(_fields(context, label, edit), f"topic-{chosen}", words("label.save"), partial(_save, context, label), "topics.saved")
    if label is not None and words_of.get(label.id):
        with st.expander(words("topics.all_words")):
            components.paragraph(words_of[label.id])
    components.paragraph(words("topics.when"), "note")


def _fields(context: Context, label: Label | None, edit: TopicEdit | None) -> list[Field]:
    words = context.words
    parents = [NEW, *(topic.id for topic in context.labels.topics)]
    identity = [
        Field("id", words("topics.id"), hint="hi_newborn_card"),
        Field(
            "parent", words("topics.parent"), "choice", parents, lambda one: context.topic(one) if one else words("topics.none_above"), NEW
        ),
    ]
    named = [
        Field("vi", words("topics.vi"), value=label.vi if label else "", hint="Thẻ BHYT trẻ sơ sinh"),
        Field("en", words("topics.en"), value=label.en if label else "", hint="Newborns' health insurance cards"),
        Field("about", words("topics.about"), "text", value=label.about if label else "", height=80),
        Field("about_en", words("topics.about_en"), "text", value=label.about_en if label else "", height=80),
        Field("words", words("topics.words"), "text", value=edit.words if edit else "", hint=words("topics.words_hint"), height=110),
    ]
    return named if label else [*identity, *named]


def _save(context: Context, label: Label | None, values: Values) -> None:
    identity = {"id": label.id, "parent": label.parent} if label else {"id": values["id"], "parent": values["parent"] or None}
    given = {name: values[name] or "" for name in ("vi", "en", "about", "about_en", "words")}
    save_topic(context.record, context.actor, context.settings, **identity, **given)
