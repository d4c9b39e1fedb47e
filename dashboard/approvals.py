"""What waits for the approval of whoever looks: the first page's answer to an approver who asks what needs me."""

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard import components, formats
from dashboard.context import Context
from dashboard.pages import link
from langnghe.actor import Actor, Role
from langnghe.record.schema import Case, CasePaper

SHOWN = 3


def papers_to_approve(session: Session, actor: Actor) -> list[CasePaper]:
    """Submitted papers that this person may approve, for they wrote none of them; the longest waiting first."""
    if not actor.may(Role.approver):
        return []
    query = select(CasePaper).join(Case, Case.id == CasePaper.case_id).where(CasePaper.state == "submitted", Case.state != "closed")
    if not actor.is_national:
        query = query.where(Case.office == actor.office)
    return [paper for paper in session.scalars(query.order_by(CasePaper.written, CasePaper.id)) if actor.name not in paper.authors]


def show_approvals(context: Context) -> None:
    """The papers, each with the way to its case; nothing where nothing waits."""
    words = context.words
    with context.record.reading() as session:
        papers = papers_to_approve(session, context.actor)
    if not papers:
        return
    components.section(words("today.to_approve"), words.number(len(papers)))
    for paper in papers[:SHOWN]:
        with st.container(border=True, key=f"row-case-paper-{paper.id}", gap=None):
            link("case", paper.subject, {"id": str(paper.case_id)})
            components.paragraph(words("case.by", who=", ".join(paper.authors), at=formats.moment(paper.written)), "note")
    if len(papers) > SHOWN:
        link("case", words("today.more_to_approve", n=len(papers) - SHOWN), icon=":material/arrow_forward:")
