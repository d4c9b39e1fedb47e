"""Hits of a search as they are shown: the text with what matched, the machine's labels with their evidence."""

from collections.abc import Mapping, Sequence
from html import escape

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dashboard import formats
from dashboard.components import Chip, Tone, chips_html, external_link, shortened
from dashboard.context import Context
from index.interface import Hit
from langnghe.actor import Actor, Role
from langnghe.documents import Annotation, TargetStance
from langnghe.record.schema import AnnotationRow, Correction, DocumentRow
from langnghe.wording import Wording

TONES: dict[str, Tone] = {"negative": "red", "positive": "green", "complaint": "amber", "question": "blue"}
MARKS = {"negative": "−", "positive": "+", "complaint": "!", "question": "?"}
"""Signs that say the same as the colours."""
TITLE_LENGTH = 110


def corrected_fields(session: Session, actor: Actor, documents: Sequence[int]) -> dict[int, set[str]]:
    """Fields that an officer has corrected, by document."""
    actor.require(Role.viewer, None, "read corrections")
    fields: dict[int, set[str]] = {}
    query = select(Correction.document_id, Correction.field).where(Correction.document_id.in_(documents))
    for document, name in session.execute(query):
        fields.setdefault(document, set()).add(name)
    return fields


def copies(session: Session, actor: Actor, stories: Sequence[int]) -> dict[int, int]:
    """Public documents of each story."""
    actor.require(Role.viewer, None, "count copies")
    query = select(DocumentRow.story_id, func.count()).where(
        DocumentRow.story_id.in_(stories), DocumentRow.deleted.is_(None), DocumentRow.office.is_(None)
    )
    return {story: number for story, number in session.execute(query.group_by(DocumentRow.story_id)) if story is not None}


def marked(highlight: str) -> str:
    """A snippet as HTML: nothing of the text is markup but ``<mark>``."""
    return escape(highlight).replace("&lt;mark&gt;", "<mark>").replace("&lt;/mark&gt;", "</mark>")


def title_of(hit: Hit, words: Wording) -> str:
    """The title, or what a comment or post stands under, or how its text begins."""
    if hit.title:
        return hit.title
    if hit.context:
        return words("search.under", title=hit.context)
    text = hit.highlight.replace("<mark>", "").replace("</mark>", "").lstrip("… ")
    return shortened(text, TITLE_LENGTH)


def label_name(context: Context, group: str, label: str | int) -> str:
    """Name of a sentiment, intent or concern level."""
    name = next((one.name(context.words.language) for one in getattr(context.labels, group) if one.id == str(label)), str(label))
    return name[:1].upper() + name[1:]


def label_chips(annotation: Annotation, fields: set[str], context: Context) -> list[Chip]:
    """The labels; one that an officer has set says so."""
    words = context.words

    def said(name: str, field: str) -> str:
        return words("label.corrected", name=name) if field in fields else name

    if not annotation.relevant:
        return [Chip(said(words("label.irrelevant"), "relevant"))]
    chips = [Chip(said(context.topic(topic), "topics"), "blue") for topic in annotation.topic_ids()]
    for group, label in (("sentiment", annotation.sentiment.label), ("intent", annotation.intent.label)):
        chips.append(Chip(said(label_name(context, group, label), group), TONES.get(label, "grey"), MARKS.get(label, "")))
    chips += [Chip(said(context.places.name(code), "provinces"), "grey", "⌖") for code in annotation.all_provinces()]
    if annotation.concern == 2:
        chips.append(Chip(said(label_name(context, "concern", "2"), "concern"), "red", "●"))
    return chips


def annotations_of(session: Session, actor: Actor, documents: Sequence[int]) -> dict[int, Annotation]:
    """The labels of pieces, by document; what waits for them is left out."""
    actor.require(Role.viewer, None, "read labels")
    rows = session.execute(select(AnnotationRow.document_id, AnnotationRow.payload).where(AnnotationRow.document_id.in_(documents)))
    return {document: Annotation.model_validate(payload) for document, payload in rows}


def stance_text(one: TargetStance, context: Context) -> str:
    """``thủ tục: − tiêu cực (“quá rườm rà”)``."""
    words, stance = context.words, label_name(context, "sentiment", one.stance).lower()
    return words(
        "target.one", target=words(f"target.{one.target}"), stance=f"{MARKS.get(one.stance, '')} {stance}".strip(), said=one.evidence
    )


def targets_html(targets: Sequence[TargetStance], context: Context) -> str:
    """Whom or what a piece praises and blames, in a line; nothing where it speaks of one alone."""
    if not targets:
        return ""
    said = " · ".join(f'<span class="ln-{one.stance}">{escape(stance_text(one, context))}</span>' for one in targets)
    return f'<p class="ln-targets">{escape(context.words("target.said"))} {said}</p>'


def certainty(annotation: Annotation, context: Context) -> str:
    """How sure the machine is of each label, by its own account."""
    scored = [(context.topic(topic.id), topic.score) for topic in annotation.topics]
    scored += [(label_name(context, "sentiment", annotation.sentiment.label), annotation.sentiment.score)]
    scored += [(label_name(context, "intent", annotation.intent.label), annotation.intent.score)]
    words = context.words
    return words(
        "label.certainty", said=", ".join(words("label.scored", name=name, percent=words.number(100 * score)) for name, score in scored)
    )


def evidence_lines(annotation: Annotation, context: Context) -> list[str]:
    """Why the machine says so, in sentences."""
    words, lines = context.words, []
    if annotation.evidence:
        lines.append(words("label.evidence", said=" · ".join(f"“{one}”" for one in annotation.evidence)))
    named = [one for one in annotation.provinces if one.evidence]
    lines += [words("label.place", name=context.places.name(one.code), said=one.evidence) for one in named]
    lines += [
        words("label.inherited", name=context.places.name(one.code), origin=words(f"label.from_{one.from_}"))
        for one in annotation.inherited_provinces
    ]
    if annotation.subtopics:
        lines.append(words("label.subtopics", names=", ".join(context.topic(topic) for topic in annotation.subtopics)))
    return [*lines, certainty(annotation, context), words("label.model", model=annotation.model)]


def hit_html(hit: Hit, fields: set[str], same: Mapping[int, int], context: Context) -> str:
    """A hit in one block."""
    words = context.words
    meta = [hit.outlet or hit.source, words(f"kind.{hit.kind}"), formats.iso_moment(hit.published)]
    number = same.get(hit.story_id or 0, 1)
    if number > 1:
        meta.append(words("concern.copies", n=number))
    if hit.office is not None:
        meta.append(words("search.internal"))
    labels = f'<p class="ln-meta">{escape(words("label.waiting"))}</p>'
    if hit.annotation is not None:
        labels = labels_html(Annotation.model_validate(hit.annotation), fields, context)
    title = external_link(title_of(hit, words), hit.url)
    below = f'<div class="ln-meta">{escape(" · ".join(meta))}</div><p>{marked(hit.highlight)}</p>'
    return f'<article class="ln-hit"><h3>{title}</h3>{below}{labels}</article>'


def labels_html(annotation: Annotation, fields: set[str], context: Context) -> str:
    """The machine's labels, and behind a click why."""
    words = context.words
    why = "".join(f"<div>{escape(line)}</div>" for line in evidence_lines(annotation, context))
    chips = chips_html([Chip(words("label.machine"), "grey", "⚙"), *label_chips(annotation, fields, context)])
    chips += targets_html(annotation.targets, context)
    return f'{chips}<details class="ln-why"><summary>{escape(words("label.why"))}</summary><div class="ln-meta">{why}</div></details>'
