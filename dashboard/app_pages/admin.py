"""Quản trị: accounts, common rules, the audit trail, corrections, models and what is kept."""

from datetime import date, timedelta
from functools import partial

import streamlit as st

from alerts.rules import load_rules
from dashboard import components, formats
from dashboard.access import offices
from dashboard.administration import (
    PAGE,
    Trail,
    action_name,
    actions_of,
    correction_counts,
    model_counts,
    oldest_texts,
    read_corrections,
    read_trail,
    trail_csv,
)
from dashboard.context import Context, current_context, settings_key
from dashboard.forms import Field, Values, show_form
from dashboard.quality import measured
from dashboard.source_editing import show_source_settings
from dashboard.topic_editing import show_topics
from dashboard.trail_words import detail_text, target_html
from langnghe.accounts.people import add_account, change_account, list_accounts, set_password
from langnghe.accounts.sessions import open_sessions
from langnghe.actor import Role
from langnghe.clock import vietnam_day
from langnghe.documents import Kind
from langnghe.record.overrides import Overrides, override_rows, read_overrides, set_override
from langnghe.record.schema import Account
from langnghe.retention import load_retention

PART = "xem"
PARTS = ("accounts", "topics", "sources", "rules", "audit", "corrections", "models", "retention")
PERIOD = timedelta(days=7)


def show() -> None:
    """The part of administration that the address names."""
    context = current_context()
    words = context.words
    components.heading(words("nav.admin"), context.office(context.actor.office))
    context.actor.require(Role.administrator, context.actor.office, "administrate")
    parts = [part for part in PARTS if part not in ("rules", "retention") or context.actor.is_national]
    asked = st.query_params.get(PART, "accounts")
    chosen = st.segmented_control(
        words("admin.part"),
        parts,
        default=asked if asked in parts else "accounts",
        required=True,
        format_func=lambda one: words(f"admin.{one}"),
        label_visibility="collapsed",
    )
    st.query_params[PART] = chosen
    shown = {"accounts": _accounts, "topics": show_topics, "sources": show_source_settings, "rules": _rules, "audit": _audit}
    shown |= {"corrections": _corrections, "models": _models, "retention": _retention}
    shown[chosen](context)


def _accounts(context: Context) -> None:
    words = context.words
    with context.record.reading() as session:
        accounts, sessions = list_accounts(session, context.actor), open_sessions(session, context.actor, context.now)
    components.section(words("admin.accounts"), words("admin.accounts_note"))
    if context.settings.dashboard.access not in ("accounts", "oidc"):
        components.notice(words("admin.no_login"))
    if accounts:
        components.table(_account_head(context), [_account_row(one, sessions, context) for one in accounts], numbers_from=9)
    else:
        components.empty(words("admin.no_accounts"), words("admin.no_accounts_do"))
    left, right = st.columns(2, gap="large")
    with left:
        components.section(words("admin.add"))
        show_form(_new_fields(context), "add-account", words("admin.add"), partial(_add, context), "admin.added")
    with right:
        components.section(words("admin.change"))
        if accounts:
            _change(context, accounts)


def _account_head(context: Context) -> list[str]:
    return [context.words(f"admin.column_{name}") for name in ("name", "full_name", "role", "office", "mail", "last_login", "state")]


def _account_row(one: Account, sessions: dict[str, int], context: Context) -> list[str]:
    words = context.words
    state = words("admin.disabled") if one.disabled else words("admin.sessions", n=sessions[one.name]) if one.name in sessions else ""
    login = formats.moment(one.last_login) if one.last_login else words("silent.never")
    return [one.name, one.full_name, words(f"role.{one.role}"), context.office(one.office), one.mail or "", login, state]


def _office_options(context: Context) -> list[str]:
    return offices(context.places) if context.actor.is_national else [context.actor.office]


def _role_name(context: Context, role: str) -> str:
    return context.words(f"role.{role}")


def _office_name(context: Context, office: str) -> str:
    return context.office(office)


def _new_fields(context: Context) -> list[Field]:
    words = context.words
    return [
        Field("name", words("login.name"), hint="lan.nguyen"),
        Field("full_name", words("admin.column_full_name"), hint="Nguyễn Thị Lan"),
        Field("role", words("admin.column_role"), "choice", [str(role) for role in Role], partial(_role_name, context), "officer"),
        Field("office", words("nav.office"), "choice", _office_options(context), partial(_office_name, context), context.actor.office),
        Field("mail", words("admin.column_mail")),
        Field("password", words("admin.password"), "password"),
    ]


def _add(context: Context, values: Values) -> None:
    add_account(
        context.record,
        context.actor,
        values["name"],
        Role(values["role"]),
        values["office"],
        full_name=values["full_name"],
        mail=values["mail"] or None,
        password=values["password"] or None,
        places=context.places,
    )


def _change(context: Context, accounts: list[Account]) -> None:
    words, by_name = context.words, {one.name: one for one in accounts}
    chosen = st.selectbox(words("login.name"), list(by_name), key="change-whom")
    one = by_name[chosen]
    fields = [
        Field("role", words("admin.column_role"), "choice", [str(role) for role in Role], partial(_role_name, context), one.role),
        Field("office", words("nav.office"), "choice", _office_options(context), partial(_office_name, context), one.office),
        Field("disabled", words("admin.rests"), "switch", value=one.disabled),
    ]
    key = f"change-{one.name}-{one.row_version}"
    show_form(fields, key, words("admin.change"), partial(_save_account, context, one), "admin.changed", primary=False)
    fields = [Field("password", words("admin.password"), "password")]
    show_form(
        fields, f"password-{one.name}", words("admin.new_password"), partial(_password, context, one), "admin.password_set", primary=False
    )


def _save_account(context: Context, one: Account, values: Values) -> None:
    change_account(
        context.record,
        context.actor,
        one.name,
        role=Role(values["role"]),
        office=values["office"],
        disabled=bool(values["disabled"]),
        row_version=one.row_version,
        places=context.places,
    )


def _password(context: Context, one: Account, values: Values) -> None:
    set_password(context.record, context.actor, one.name, values["password"])


def _defaults(context: Context) -> dict[str, float]:
    """What the file or the setting says, by rule."""
    rules = load_rules(context.settings.config_dir)
    return {"budget": context.settings.alerts.budget, "silent_hours": rules.overview.silent_hours, "warn_hours": rules.cases.warn_hours}


def _rules(context: Context) -> None:
    words, defaults = context.words, _defaults(context)
    components.section(words("admin.rules"), words("admin.rules_note"))
    with context.record.reading() as session:
        changed, now = override_rows(session, context.actor), read_overrides(session)
    rows = []
    for name, default in defaults.items():
        value = getattr(now, name)
        by = (
            words("admin.by", who=changed[name].actor, at=formats.moment(changed[name].made)) if name in changed else words("admin.of_file")
        )
        written = [formats.plain(one, words) if one is not None else "–" for one in (default, value)]
        rows.append([words(f"admin.rule_{name}"), *written, by])
    components.table([words(f"admin.column_{name}") for name in ("rule", "default", "here", "who")], rows, numbers_from=9)
    chosen = st.selectbox(words("admin.which_rule"), list(Overrides.model_fields), format_func=lambda one: words(f"admin.rule_{one}"))
    field = Field("value", words("admin.value"), "number", value=getattr(now, chosen), hint=words("admin.value_hint"))
    show_form([field], f"rule-{chosen}-{len(changed)}", words("label.save"), partial(_set_rule, context, chosen), "admin.rule_set")


def _set_rule(context: Context, name: str, values: Values) -> None:
    set_override(context.record, context.actor, name, values["value"])


def _audit(context: Context) -> None:
    words, today = context.words, vietnam_day(context.now)
    components.section(words("admin.audit"), words("admin.audit_note"))
    with context.record.reading() as session:
        known = actions_of(session, context.actor)
    first, last, who, what = st.columns([1, 1, 1.4, 1.4])
    asked = Trail(
        first.date_input(words("search.first_day"), today - PERIOD, format="DD/MM/YYYY"),
        last.date_input(words("search.last_day"), today, format="DD/MM/YYYY"),
        who.text_input(words("admin.who"), st.query_params.get("ai", "")),
        what.selectbox(
            words("admin.action"), ["", *known], format_func=lambda one: action_name(one, words) if one else words("search.any")
        ),
    )
    with context.record.reading() as session:
        total, _ = read_trail(session, context.actor, asked)
        pages = max(-(-total // PAGE), 1)
        page = st.pagination(pages, key=f"trail-{total}") if pages > 1 else 1
        _, entries = read_trail(session, context.actor, asked, page)
    rows = [
        [
            formats.moment(one.at),
            one.actor,
            action_name(one.action, words),
            target_html(one.target, context),
            detail_text(one.detail, context),
        ]
        for one in entries
    ]
    head = [words(f"admin.column_{name}") for name in ("at", "who", "action", "target", "detail")]
    components.table(head, rows, numbers_from=9, html_columns=(3,), caption=words("admin.entries", n=words.number(total)))
    data = partial(trail_csv, context.record, context.actor, asked, words)
    name = f"nhat-ky-{asked.first.isoformat()}-{asked.last.isoformat()}.csv"
    st.download_button(words("admin.download"), data, name, "text/csv", icon=":material/download:", on_click="ignore")


def _corrections(context: Context) -> None:
    words = context.words
    components.section(words("admin.corrections"), words("admin.corrections_note"))
    with context.record.reading() as session:
        counts, found = correction_counts(session, context.actor), read_corrections(session, context.actor)
    if not found:
        components.empty(words("admin.no_corrections"), words("admin.no_corrections_do"))
        return
    known = [
        components.Figure(words.number(number), words(f"admin.field_{name}"))
        for name, number in sorted(counts.items(), key=lambda one: -one[1])
    ]
    components.figures(known[:5])
    rows = [
        [
            formats.moment(one.made),
            components.search_link_html(one.title, {"noi_dung": str(one.story_id), "tat_ca": "1"}),
            words(f"admin.field_{one.field}"),
            str(one.value),
            one.actor,
        ]
        for one in found
    ]
    head = [words(f"admin.column_{name}") for name in ("at", "title", "field", "value", "who")]
    components.table(head, rows, numbers_from=9, html_columns=(1,))


def _models(context: Context) -> None:
    words = context.words
    components.section(words("admin.models"), words("admin.models_note"))
    left, right = st.columns(2, gap="large")
    with left:
        rows = [[words(f"quality.{name}").capitalize(), words.number(value, 2)] for name, value in measured().items()]
        components.table([words("admin.column_decision"), words("admin.column_f1")], rows, caption=words("admin.quality"))
    with right, context.record.reading() as session:
        counted = model_counts(session, context.actor)
        rows = [[model, words.number(number)] for model, number in counted.items()]
        components.table([words("admin.column_model"), words("admin.column_documents")], rows, caption=words("admin.versions"))


@st.cache_data(show_spinner=False, ttl=600, max_entries=40, refresh_mode="background")
def _texts_kept(key: str, office: str, _context: Context) -> dict[str, tuple[int, date | None]]:  # noqa: ARG001
    with _context.record.reading() as session:
        return oldest_texts(session, _context.actor)


def _retention(context: Context) -> None:
    words, rules = context.words, load_retention(context.settings.config_dir)
    components.section(words("admin.retention"), words("admin.retention_note"))
    kept, rows = _texts_kept(settings_key(context.settings), context.actor.office, context), []
    for kind, (number, oldest) in kept.items():
        days = rules.texts[Kind(kind)] if kind in set(Kind) else None
        name = words(f"kind.{kind}") if kind in set(Kind) else words("nav.editing")
        limit = words("admin.for_good") if days is None else words("span.days", n=words.number(days))
        rows.append([name, limit, words.number(number), formats.day(oldest) if isinstance(oldest, date) else "–"])
    components.table([words(f"admin.column_{name}") for name in ("kind", "days", "documents", "oldest")], rows, numbers_from=9)
    more = {name: getattr(rules, name) for name in ("versions", "concerns", "mails", "outcomes", "audit", "sessions", "key")}
    terms = [
        (words(f"admin.keeps_{name}"), words("span.days", n=words.number(days)) if days else words("admin.for_good"))
        for name, days in more.items()
    ]
    components.facts(terms)


if __name__ == "__main__":
    show()
