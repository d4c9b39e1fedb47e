"""Đợt truyền thông › the ledger of donated books and cards, and the form that enters one."""

import secrets
from datetime import timedelta
from functools import partial

import streamlit as st

from alerts.drives.ledgers import ITEMS, Gift, enter_gifts, gifts, sums_of
from dashboard import components, formats
from dashboard.context import Context, current_installation
from dashboard.forms import Field, Values, as_day, show_form
from dashboard.trouble import Said
from langnghe.actor import Role
from langnghe.clock import vietnam_day

YEAR = timedelta(days=365)


def show_gifts(context: Context) -> None:
    """A year of the ledger, and for officers the form."""
    words, today = context.words, vietnam_day(context.now)
    components.section(words("drive.gifts"), words("drive.gifts_note"))
    with context.record.reading() as session:
        found = gifts(session, context.actor, today - YEAR, today)
    if found:
        sums = sums_of(found)
        components.figures(
            [components.Figure(words.number(sums[name]), words(f"drive.sum_{name}")) for name in ("si_book", "hi_card", "value")]
        )
        rows = [
            [
                formats.day(one.day),
                context.place(one.province),
                one.donor,
                words(f"drive.sum_{one.item}"),
                one.struck_why or "",
                words.number(one.number),
                words.number(one.value) if one.value is not None else "–",
            ]
            for one in reversed(found)
        ]
        head = [words(f"drive.column_{name}") for name in ("day", "where", "donor", "item", "note", "number", "value")]
        components.table(head, rows, numbers_from=5)
    else:
        components.empty(words("drive.no_gifts"), words("drive.no_gifts_do"))
    if context.actor.may(Role.officer, context.actor.office):
        _form(context, len(found))


def _form(context: Context, known: int) -> None:
    words, office = context.words, context.actor.office
    provinces = [province.id for province in context.places.of_34] if context.actor.is_national else [office]
    with st.expander(words("drive.enter_gift"), icon=":material/volunteer_activism:"):
        fields = [
            Field("day", words("chart.day"), "day", value=vietnam_day(context.now)),
            Field("province", words("map.province"), "choice", provinces, context.places.name),
            Field("donor", words("drive.column_donor"), hint=words("drive.donor_hint")),
            Field("item", words("drive.column_item"), "choice", ITEMS, lambda one: words(f"drive.sum_{one}")),
            Field("number", words("drive.column_number"), "whole"),
            Field("value", words("drive.sum_value"), "whole"),
            Field("note", words("drive.column_note")),
        ]
        # With the number of entries in its name the form is empty after each of them.
        show_form(fields, f"gift-{known}", words("drive.enter_gift"), partial(_enter, context), "drive.gift_entered")


def _enter(context: Context, values: Values) -> None:
    day, number = as_day(values["day"]), values["number"]
    if day is None or not values["donor"] or not number:
        raise Said(context.words("drive.gift_missing"))
    gift = Gift(
        ref=f"{day.isoformat()}-{secrets.token_hex(4)}",
        day=day,
        province=values["province"],
        donor=values["donor"],
        item=values["item"],
        number=int(number),
        value=int(values["value"]) if values["value"] is not None else None,
        note=values["note"] or "",
    )
    enter_gifts(context.record, context.actor, [gift], context.settings, current_installation().privacy)
