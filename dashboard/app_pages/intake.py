"""Thêm tin: the quick intake of a link, a text or a picture."""

from datetime import datetime, time
from functools import partial

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from crawlers.intake import Added, Channel, Piece, add_piece
from dashboard import components, formats
from dashboard.answering import case_about_document, show_answer_menu
from dashboard.context import Context, current_context, current_index, current_installation
from dashboard.forms import Field, Values, as_day, show_form
from dashboard.pages import link
from dashboard.results import annotations_of, labels_html
from dashboard.trouble import Said
from langnghe.actor import NATIONAL, Role
from langnghe.cli.pipeline import annotate_and_index
from langnghe.clock import VIETNAM
from langnghe.errors import LangngheError, Unavailable, WrongCall
from langnghe.record.outbox import backlog
from langnghe.record.schema import BroughtPiece, DocumentRow

PICTURES = ("png", "jpg", "jpeg", "webp")
AT_ONCE = 30
"""Documents that wait for their labels, up to which they are labelled while the officer waits; more are left to the next round."""
RESULT, ADDED = "intake-result", "intake-added"


def show() -> None:
    """The form, what became of the last piece, and what was added before."""
    context = current_context()
    words = context.words
    components.heading(words("nav.intake"), words("intake.below"))
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        if context.actor.may(Role.officer, context.actor.office):
            # With the number of what was added in its name the form is empty after each piece.
            name = f"intake-{st.session_state.get(ADDED, 0)}"
            show_form(_fields(context), name, words("intake.do"), lambda values: _add(context, values), "intake.added")
            components.paragraph(words("intake.masked"), "note")
        else:
            components.notice(words("intake.no_officer"))
    with right:
        if (added := st.session_state.get(RESULT)) is not None:
            _result(context, added)
        _recent(context)


def _fields(context: Context) -> list[Field]:
    words = context.words
    return [
        Field("link", words("intake.link"), hint="https://"),
        Field("text", words("intake.text"), "text", hint=words("intake.text_hint"), height=150),
        Field("picture", words("intake.picture"), "file", PICTURES),
        Field("title", words("intake.title")),
        Field("day", words("intake.day"), "day"),
        Field("channel", words("intake.channel"), "choice", ["", *Channel], lambda one: words(f"bring.channel_{one or 'unknown'}")),
    ]


def piece_of(values: Values) -> Piece:
    """What the form holds, as a piece."""
    day, picture = as_day(values["day"]), values["picture"]
    return Piece(
        url=values["link"] or None,
        text=values["text"] or None,
        picture=picture.getvalue() if picture is not None else None,
        title=values["title"] or None,
        published=datetime.combine(day, time(12), VIETNAM) if day else None,
        channel=Channel(values["channel"]) if values["channel"] else None,
    )


def _add(context: Context, values: Values) -> None:
    st.session_state.pop(RESULT, None)
    piece, words = piece_of(values), context.words
    if not (piece.url or piece.text or piece.picture):
        raise Said(words("bring.nothing"))
    try:
        added = add_piece(current_installation(), context.actor, piece)
    except WrongCall:
        raise Said(words("bring.no_text")) from None
    except Unavailable:
        raise Said(words("bring.unreachable")) from None
    st.session_state[RESULT] = (added, _label_now(context))
    st.session_state[ADDED] = st.session_state.get(ADDED, 0) + 1


def _label_now(context: Context) -> bool:
    """Label and index what is new, where it is little; False where the next round does it."""
    with context.record.reading() as session:
        if backlog(session) > AT_ONCE:
            return False
    try:
        annotate_and_index(current_installation())
        current_index().refresh()
    except LangngheError:
        return False
    return True


def _result(context: Context, result: tuple[Added, bool]) -> None:
    words, (added, is_labelled) = context.words, result
    components.section(words("intake.result"))
    components.paragraph(words(f"bring.outcome_{added.outcome}"), "finding")
    meta = words("bring.copies", n=added.copies) if added.copies else ""
    st.html(components.story_html(added.title or components.shortened(added.text, 110), None, meta, components.shortened(added.text, 300)))
    if added.missed_by:
        components.notice(words("intake.missed", source=added.missed_by))
    with context.record.reading() as session:
        story = session.scalar(select(DocumentRow.story_id).where(DocumentRow.id == added.document_id))
        labels = annotations_of(session, context.actor, [added.document_id]).get(added.document_id)
    if labels is not None:
        st.html(f'<div class="ln-hit">{labels_html(labels, set(), context)}</div>')
    if not is_labelled:
        components.paragraph(words("intake.waits"), "note")
    link("search", words("intake.open"), {"noi_dung": str(story), "tat_ca": "1"}, icon=":material/search:")
    if is_labelled:
        about = partial(case_about_document, context, added.document_id)
        show_answer_menu(context, f"piece-{added.document_id}", about, with_case=True)


def recent(session: Session, context: Context, limit: int = 20) -> list[tuple[BroughtPiece, DocumentRow]]:
    """The pieces that the office (the national desk: anybody) has brought, the newest first."""
    context.actor.require(Role.viewer, context.actor.office, "read what was added")
    query = (
        select(BroughtPiece, DocumentRow).join(DocumentRow, DocumentRow.id == BroughtPiece.document_id).where(DocumentRow.deleted.is_(None))
    )
    if context.actor.office != NATIONAL:
        query = query.where(BroughtPiece.office == context.actor.office)
    return [(piece, row) for piece, row in session.execute(query.order_by(BroughtPiece.id.desc()).limit(limit))]


def _recent(context: Context) -> None:
    words = context.words
    components.section(words("intake.recent"))
    with context.record.reading() as session:
        found = recent(session, context)

    if not found:
        components.empty(words("intake.none"), words("intake.none_do"))
        return
    rows = []
    for piece, row in found:
        title = components.search_link_html(row.title or components.shortened(row.text, 70), {"noi_dung": str(row.story_id), "tat_ca": "1"})
        rows.append([formats.moment(piece.at), title, words(f"intake.outcome_{piece.outcome}"), piece.brought_by])
    head = [words(f"intake.column_{name}") for name in ("at", "title", "outcome", "by")]
    components.table(head, rows, numbers_from=9, html_columns=(1,))


if __name__ == "__main__":
    show()
