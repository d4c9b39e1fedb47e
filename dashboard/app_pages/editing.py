"""Bàn biên tập: the press review, from ticking stories to what is sent."""

from datetime import date, timedelta
from functools import partial
from typing import Literal

import streamlit as st

from dashboard import components, formats
from dashboard.access import office_name
from dashboard.components import Chip
from dashboard.context import Context, current_context
from dashboard.formats import DOCX
from dashboard.forms import Field, Values, options_of, show_form, submit
from dashboard.pages import link
from dashboard.press import reviews, writing
from dashboard.press.reviews import Candidate, Item, ReviewDetail
from dashboard.press.rules import load_press_rules
from langnghe.actor import Role
from langnghe.clock import vietnam_day
from langnghe.record.schema import PressReview

ID, DAYS = "id", "ngay"
PERIODS = (1, 3, 7)
Way = Literal["up", "down"]
WAYS: dict[Way, str] = {"up": ":material/arrow_upward:", "down": ":material/arrow_downward:"}


def show() -> None:
    """The review that the address names, or all."""
    context = current_context()
    asked = st.query_params.get(ID)
    if asked is None or not (asked.isascii() and asked.isdigit()):
        _all(context)
        return
    with context.record.reading() as session:
        detail = reviews.review_detail(session, context.actor, int(asked))
    _one(context, detail)


def _all(context: Context) -> None:
    words, day = context.words, vietnam_day(context.now)
    components.heading(words("nav.editing"), words("press.below"))
    with context.record.reading() as session:
        known = reviews.list_reviews(session, context.actor)
    if context.actor.may(Role.officer, context.actor.office):
        with st.container(horizontal=True):
            st.button(
                words("press.begin", day=formats.day(day)), type="primary", icon=":material/add:", on_click=_begin, args=(context, day)
            )
    if not known:
        components.empty(words("press.none"), words("press.none_do"))
        return
    components.section(words("press.known"))
    for review in known:
        with st.container(border=True, key=f"row-c-review-{review.id}", gap=None):
            link("editing", review.title, {ID: str(review.id)})
            st.html(components.chips_html([_state(review, context)]))
            components.paragraph(f"{context.office(review.office)} · {review.editor} · {formats.moment(review.made)}", "note")


def _begin(context: Context, day: date) -> None:
    def begin(_: Values) -> None:
        review = reviews.begin_review(context.record, context.actor, day, context.words("press.title", day=formats.day(day)))
        st.query_params[ID] = str(review.id)

    submit(begin, "press.begun")


def _state(review: PressReview, context: Context) -> Chip:
    return Chip(context.words(f"press.state_{review.state}"), "green" if review.state == "released" else "amber")


def _one(context: Context, detail: ReviewDetail) -> None:
    words, review = context.words, detail.review
    link("editing", words("press.back"), icon=":material/arrow_back:")
    components.heading(review.title, words("press.of", office=context.office(review.office), who=review.editor))
    st.html(components.chips_html([_state(review, context)]))
    if review.state == "released":
        _released(context, detail)
        return
    left, right = st.columns([1, 1.15], gap="medium")
    with left:
        _candidates(context, detail)
    with right:
        _draft(context, detail)


def _candidates(context: Context, detail: ReviewDetail) -> None:
    words, review = context.words, detail.review
    components.section(words("press.candidates"), words("press.candidates_note"))
    asked = st.query_params.get(DAYS, "1")
    days = st.segmented_control(
        words("trend.period"),
        [str(one) for one in PERIODS],
        default=asked if asked in map(str, PERIODS) else "1",
        required=True,
        format_func=lambda one: words("press.last_day") if one == "1" else words("press.last_days", n=one),
        label_visibility="collapsed",
    )
    st.query_params[DAYS] = days
    with context.record.reading() as session:
        found = reviews.candidates(session, context.actor, review.day - timedelta(days=int(days)), review.day)
    taken = {item.row.story_id for item in detail.items}
    left = [one for one in found if one.story_id not in taken]
    if not left:
        components.empty(words("press.no_candidates"), words("press.no_candidates_do"))
        return
    with st.form(f"tick-{review.id}-{review.row_version}", border=False):
        # The button stands above: the list may be long.
        st.form_submit_button(
            words("press.take"), type="primary", on_click=_take, args=(context, review, left), icon=":material/playlist_add:"
        )
        for one in left:
            st.checkbox(_line(one, context), key=_tick(review, one))


def _tick(review: PressReview, one: Candidate) -> str:
    return f"tick-{review.id}-{one.document_id}"


def _line(one: Candidate, context: Context) -> str:
    """A candidate as the label of its box."""
    words = context.words
    more = words("press.and_outlets", n=one.outlets - 1) if one.outlets > 1 else ""
    mark = " ● " if one.concern == 2 else " − " if one.negative else " "
    topic = context.topic(one.topics[0]) if one.topics else ""
    return components.plain_label(f"{one.title}{mark}({one.outlet}{more}, {one.published:%d/%m}; {topic})")


def _take(context: Context, review: PressReview, found: list[Candidate]) -> None:
    chosen = [one.document_id for one in found if st.session_state.get(_tick(review, one))]

    def take(_: Values) -> None:
        reviews.add_items(context.record, context.actor, review.id, chosen, context.settings, row_version=review.row_version)

    submit(take, "press.taken")


def _draft(context: Context, detail: ReviewDetail) -> None:
    words, review, rules = context.words, detail.review, load_press_rules(context.settings.config_dir)
    components.section(words("press.stories", n=len(detail.items)), words("press.stories_note"))
    if not detail.items:
        components.empty(words("press.empty"), words("press.empty_do"))
    names = {section.id: section.name(words.language) for section in rules.sections}
    for item in detail.items:
        with st.container(border=True, key=f"press-{item.row.id}", gap="small"):
            _item(context, detail, item, names)
    with st.expander(words("press.head"), icon=":material/title:"):
        fields = [
            Field("title", words("press.title_field"), value=review.title),
            Field("lead", words("press.lead"), "text", value=review.lead, hint=words("press.lead_hint")),
        ]
        act = partial(_set_head, context, review)
        show_form(fields, f"head-{review.id}-{review.row_version}", words("label.save"), act, "press.saved", primary=False)
    if detail.items:
        with st.expander(words("press.preview"), icon=":material/visibility:"):
            st.text(writing.mail_text(detail, rules, words))
        release = partial(_release, context, review)
        st.button(words("press.release"), type="primary", icon=":material/send:", on_click=submit, args=(release, "press.released_done"))
        components.paragraph(words("press.release_note"), "note")


def _set_head(context: Context, review: PressReview, values: Values) -> None:
    reviews.set_head(context.record, context.actor, review.id, values["title"], values["lead"], row_version=review.row_version)


def _release(context: Context, review: PressReview, _: Values) -> None:
    reviews.release(context.record, context.actor, review.id, row_version=review.row_version)


def _item(context: Context, detail: ReviewDetail, item: Item, names: dict[str, str]) -> None:
    words, review = context.words, detail.review
    remark = f"→ {item.item.remark}" if item.item.remark else ""
    meta = f"{names[item.item.section]} · {writing.outlets_text(item, words)} · {formats.day(item.row.day)}"
    st.html(components.story_html(writing.title_of(item), item.row.url, meta, remark))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for way, icon in WAYS.items():
            label = words(f"press.{way}")
            st.button(
                label,
                key=f"{way}-{item.row.id}",
                icon=icon,
                type="tertiary",
                on_click=submit,
                args=(partial(_move, context, detail, item, way), "press.saved"),
            )
        with st.popover(words("press.annotate"), icon=":material/edit_note:", type="tertiary"):
            sections, section_name = options_of(load_press_rules(context.settings.config_dir).sections, words.language)
            fields = [
                Field("section", words("press.section"), "choice", sections, section_name, item.item.section),
                Field("remark", words("press.remark"), "text", value=item.item.remark, hint=words("press.remark_hint")),
            ]
            act = partial(_annotate, context, review, item)
            show_form(fields, f"item-{item.row.id}-{review.row_version}", words("label.save"), act, "press.saved")
        drop = partial(_drop, context, review, item)
        st.button(
            words("press.drop"),
            key=f"drop-{item.row.id}",
            icon=":material/close:",
            type="tertiary",
            on_click=submit,
            args=(drop, "press.saved"),
        )


def _move(context: Context, detail: ReviewDetail, item: Item, way: Way, _: Values) -> None:
    review = detail.review
    reviews.move_item(context.record, context.actor, review.id, item.row.id, way, row_version=review.row_version)


def _annotate(context: Context, review: PressReview, item: Item, values: Values) -> None:
    reviews.annotate_item(
        context.record,
        context.actor,
        review.id,
        item.row.id,
        context.settings,
        section=values["section"],
        remark=values["remark"],
        row_version=review.row_version,
    )


def _drop(context: Context, review: PressReview, item: Item, _: Values) -> None:
    reviews.drop_item(context.record, context.actor, review.id, item.row.id, row_version=review.row_version)


def _released(context: Context, detail: ReviewDetail) -> None:
    words, review, rules = context.words, detail.review, load_press_rules(context.settings.config_dir)
    if review.released is not None:
        components.paragraph(words("press.released", who=review.released_by or "", at=formats.moment(review.released)), "note")
    name = f"diem-bao-{review.day.isoformat()}"

    def word_file() -> bytes:
        reviews.note_export(context.record, context.actor, review.id, "docx")
        return writing.docx_bytes(detail, rules, words, office_name(review.office, context.places))

    st.download_button(
        words("press.docx"), word_file, f"{name}.docx", DOCX, icon=":material/description:", type="primary", on_click="ignore"
    )
    texts = {
        "mail": writing.mail_text(detail, rules, words),
        "zalo": writing.zalo_text(detail, rules, words),
        "loudspeaker": writing.loudspeaker_text(detail, rules, words),
    }
    for tab, (form, text) in zip(st.tabs([words(f"press.form_{form}") for form in texts]), texts.items(), strict=True):
        with tab:
            components.paragraph(words(f"press.form_{form}_note", n=len(text)), "note")
            st.code(text, language=None, wrap_lines=True)


if __name__ == "__main__":
    show()
