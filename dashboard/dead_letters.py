"""Tasks that failed at every try, as the page of the sources shows them: nothing is silently gone."""

import json

from dashboard import components, formats
from dashboard.context import Context
from langnghe.record.dead_letters import count_dead_letters, dead_letters

SHOWN = 20


def show_dead_letters(context: Context) -> None:
    """A section with the newest, where there are any; only for the national desk, whose administrator can do something about them."""
    if not context.actor.is_national:
        return
    with context.record.reading() as session:
        count, newest = count_dead_letters(session), dead_letters(session, SHOWN)
    if not count:
        return
    words = context.words
    components.section(words("dead_letters.title", n=words.number(count)), words("dead_letters.below"))
    lines = [
        [
            str(row.id),
            row.task,
            formats.moment(row.at),
            words.number(row.attempts),
            json.dumps(row.arguments, ensure_ascii=False),
            row.problem,
        ]
        for row in newest
    ]
    head = [words(f"dead_letters.{name}") for name in ("number", "task", "at", "attempts", "about", "problem")]
    components.table(head, lines)
