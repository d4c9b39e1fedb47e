"""A case's Word files: the quick report, and each paper as it would be signed."""

import streamlit as st

from alerts.reports.case_files import quick_report
from alerts.reports.paper_files import paper_file
from dashboard.context import Context
from dashboard.formats import DOCX
from langnghe.actor import Role
from langnghe.record.schema import Case, CasePaper

ICON = ":material/description:"


def show_quick_report(context: Context, case: Case) -> None:
    """The case's quick report, made when it is asked for."""
    if not context.actor.may(Role.officer, case.office):
        return

    def made() -> bytes:
        return quick_report(context.record, context.actor, case.id, context.settings).document

    label, name = context.words("case.quick_report"), f"bao-cao-nhanh-{case.id}.docx"
    st.download_button(label, made, name, DOCX, key=f"quick-report-{case.id}", icon=ICON, on_click="ignore")


def show_paper_file(context: Context, paper: CasePaper) -> None:
    """A paper as a Word file; its number, day and signature are left blank."""

    def made() -> bytes:
        return paper_file(context.record, context.actor, paper.id, context.settings).document

    label, name = context.words("case.word_file"), f"{paper.kind}-{paper.case_id}-{paper.id}.docx"
    st.download_button(label, made, name, DOCX, key=f"paper-file-{paper.id}", icon=ICON, on_click="ignore")
