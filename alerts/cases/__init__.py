"""Cases (vụ việc): what an office does about a concern, from opening to closing, every step with its actor and time.

The services stand in the modules below; this is what others call.
"""

from alerts.cases.drafts import begin_paper
from alerts.cases.effect import Effect, effect_of
from alerts.cases.handling import (
    answer_reply,
    assign,
    close_case,
    describe,
    hand_over,
    mark_formal,
    note,
    reopen_case,
)
from alerts.cases.opening import open_case
from alerts.cases.papers import approve_paper, edit_paper, return_paper, send_paper, submit_paper, withdraw_paper, write_paper
from alerts.cases.reading import CaseDetail, CaseView, case_detail, case_history, changes_since, list_cases, next_steps
from alerts.cases.solutions import approve_solution, finish_solution, propose_solution, refuse_solution
from alerts.cases.statistics import CaseFigures, case_figures
from alerts.cases.store import UNFINISHED, find_case
from alerts.cases.workflow import Workflow, load_workflow

__all__ = [
    "UNFINISHED",
    "CaseDetail",
    "CaseFigures",
    "CaseView",
    "Effect",
    "Workflow",
    "answer_reply",
    "approve_paper",
    "approve_solution",
    "assign",
    "begin_paper",
    "case_detail",
    "case_figures",
    "case_history",
    "changes_since",
    "close_case",
    "describe",
    "edit_paper",
    "effect_of",
    "find_case",
    "finish_solution",
    "hand_over",
    "list_cases",
    "load_workflow",
    "mark_formal",
    "next_steps",
    "note",
    "open_case",
    "propose_solution",
    "refuse_solution",
    "reopen_case",
    "return_paper",
    "send_paper",
    "submit_paper",
    "withdraw_paper",
    "write_paper",
]
