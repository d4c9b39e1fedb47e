"""Nguồn: how the sources are, with outcomes that add up."""

import streamlit as st

from dashboard import components, formats
from dashboard.context import Context, current_context, source_names
from dashboard.dead_letters import show_dead_letters
from dashboard.pages import link
from dashboard.source_health import RunRow, SourceRow, read_runs, reasons, sentence, source_rows, used_outcomes

CHOSEN = "nguon"
"""Parameter of the address: the source whose runs are shown."""


def show() -> None:
    """All sources, and the runs of one."""
    context = current_context()
    words, rows, names = context.words, source_rows(context), source_names(context)
    components.heading(words("sources.title"), words("sources.below"))
    if not rows:
        components.empty(words("sources.none"), words("sources.none_do"))
        return
    components.figures(
        [
            components.Figure(words.number(len(rows)), words("sources.count")),
            components.Figure(words.number(sum(row.silent is not None for row in rows)), words("sources.silent")),
            components.Figure(words.number(sum(row.total for row in rows)), words("sources.urls")),
            components.Figure(words.number(sum(row.due for row in rows)), words("sources.due")),
        ]
    )
    components.paragraph(sentence(rows, names, words), "finding")
    show_dead_letters(context)
    _state(context, rows, names)
    _outcomes(context, rows, names)
    _one(context, rows, names)


def _state(context: Context, rows: list[SourceRow], names: dict[str, str]) -> None:
    words = context.words
    components.section(words("sources.health"))
    lines = []
    for row in rows:
        state = words("silent.well") if row.silent is None else " ".join(["⚠", words(f"silent.{row.silent}"), row.problem or ""]).strip()
        success = formats.moment(row.last_success) if row.last_success else words("silent.never")
        newest = formats.moment(row.last_new) if row.last_new else words("silent.never")
        lines.append(
            [
                names.get(row.source, row.source),
                state,
                success,
                newest,
                words.number(row.runs),
                words.number(row.due),
                words.number(row.later),
            ]
        )
    head = [words(f"sources.{name}") for name in ("source", "state", "last_success", "last_new", "runs", "due", "later")]
    components.table(head, lines, numbers_from=4)


def _outcomes(context: Context, rows: list[SourceRow], names: dict[str, str]) -> None:
    words = context.words
    components.section(words("sources.outcomes"), words("sources.outcomes_note"))
    used = used_outcomes(rows)
    counts = [[row.outcomes.get(outcome, 0) for outcome in used] for row in rows]
    lines = [
        [names.get(row.source, row.source), *map(words.number, count), words.number(row.total)]
        for row, count in zip(rows, counts, strict=True)
    ]
    sums = [sum(column) for column in zip(*counts, strict=True)]
    total = [words("sources.all"), *map(words.number, sums), words.number(sum(sums))]
    components.table([words("sources.source"), *(words(f"outcome.{one}") for one in used), words("sources.sum")], [*lines, total])


def _one(context: Context, rows: list[SourceRow], names: dict[str, str]) -> None:
    words = context.words
    components.section(words("sources.one"))
    known = [row.source for row in rows]
    asked = st.query_params.get(CHOSEN)
    chosen = st.selectbox(
        words("sources.choose"),
        known,
        index=known.index(asked) if asked in known else None,
        format_func=lambda source: names.get(source, source),
        placeholder=words("sources.choose"),
        label_visibility="collapsed",
    )
    if chosen is None:
        components.paragraph(words("sources.choose_do"), "note")
        return
    st.query_params[CHOSEN] = chosen
    with context.record.reading() as session:
        runs, why = read_runs(session, context.actor, chosen), reasons(session, context.actor, chosen)
    _runs(context, runs)
    if why:
        lines = [[words(f"outcome.{outcome}"), reason, words.number(number)] for outcome, reason, number in why]
        head = [words("sources.outcome"), words("sources.reason"), words("sources.number")]
        components.table(head, lines, caption=words("sources.reasons"), numbers_from=2)
    link("search", words("sources.documents"), {"nguon": chosen}, icon=":material/search:")


def _runs(context: Context, runs: list[RunRow]) -> None:
    words, used = context.words, used_outcomes(runs)
    lines = []
    for run in runs:
        end = formats.moment(run.finished) if run.finished else words("sources.unfinished")
        counts = [words.number(run.outcomes.get(outcome, 0)) for outcome in used]
        lines.append([formats.moment(run.started), end, run.problem or "–", *counts, words.number(run.total)])
    head = [words("sources.started"), words("sources.finished"), words("sources.problem")]
    components.table([*head, *(words(f"outcome.{one}") for one in used), words("sources.sum")], lines, numbers_from=3)


if __name__ == "__main__":
    show()
