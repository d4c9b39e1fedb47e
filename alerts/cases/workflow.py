"""The workflow of ``config/cases.yaml``: which step may be taken in which state, and what may leave the office."""

from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from langnghe.config_files import default_config_dir, load
from langnghe.errors import Conflict, LangngheError

CASE_STATES = ("open", "answering", "answered", "transferred", "closed")
CASE_STEPS = (
    "assign",
    "hand_over",
    "note",
    "describe",
    "mark",
    "plan",
    "write",
    "answer",
    "transfer",
    "report",
    "reply",
    "close",
    "reopen",
)
PAPER_STATES = ("draft", "submitted", "returned", "approved", "sent", "withdrawn")
PAPER_STEPS = ("edit", "submit", "approve", "return", "send", "reply", "withdraw")
SOLUTION_STATES = ("proposed", "approved", "refused", "done")
SOLUTION_STEPS = ("approve", "refuse", "finish")

Transitions = dict[str, dict[str, str]]


class Named(BaseModel):
    """Something to choose, with its names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    vi: str
    en: str

    def name(self, language: str) -> str:
        """The name an officer reads."""
        return self.en if language == "en" else self.vi


class PaperKind(Named):
    """A kind of paper; ``step``: what sending one does to its case."""

    step: Literal["answer", "transfer", "report"]
    formal: bool = False
    """Whether it may leave about a complaint or denunciation."""


class Outcome(Named):
    """How a case may end, and what must have happened before."""

    needs: Literal["answer", "transfer", "formal"] | None


def _check(name: str, table: Transitions, steps: tuple[str, ...], states: tuple[str, ...]) -> None:
    if set(table) != set(steps):
        raise ValueError(f"{name} needs exactly the steps {', '.join(steps)}")
    for step, leads in table.items():
        unknown = {*leads, *leads.values()} - set(states)
        if unknown or not leads:
            raise ValueError(f"{name}.{step}: states are {', '.join(states)}, not {', '.join(sorted(unknown)) or 'none'}")


class Workflow(BaseModel):
    """All of ``config/cases.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case: Transitions
    paper: Transitions
    solution: Transitions
    papers: list[PaperKind]
    solutions: list[Named]
    channels: list[Named]
    receivers: list[Named]
    outcomes: list[Outcome]

    @model_validator(mode="after")
    def _whole(self) -> "Workflow":
        _check("case", self.case, CASE_STEPS, CASE_STATES)
        _check("paper", self.paper, PAPER_STEPS, PAPER_STATES)
        _check("solution", self.solution, SOLUTION_STEPS, SOLUTION_STATES)
        if set(self.paper["send"]) != {"approved"} or set(self.paper["approve"]) != {"submitted"}:
            raise ValueError("paper: only what was submitted is approved, and only what was approved is sent")
        leads_to_approved = [step for step, leads in self.paper.items() if "approved" in leads.values()]
        leads_to_sent = [step for step, leads in self.paper.items() if "sent" in leads.values() and step != "reply"]
        if leads_to_approved != ["approve"] or leads_to_sent != ["send"]:
            raise ValueError("paper: nothing but approve leads to approved, nothing but send to sent")
        return self

    @cached_property
    def paper_kinds(self) -> dict[str, PaperKind]:
        """Kinds of papers by id."""
        return {kind.id: kind for kind in self.papers}

    def choice(self, group: str, chosen: str) -> Named:
        """What ``chosen`` means in a group (papers, solutions, channels, receivers, outcomes).

        Raises:
            LangngheError: it is none of them; the error lists them.
        """
        known: list[Named] = getattr(self, group)
        for one in known:
            if one.id == chosen:
                return one
        raise LangngheError(f"there is no {chosen!r} among the {group}", f"Use one of: {', '.join(one.id for one in known)}.")

    def outcome(self, chosen: str) -> Outcome:
        """An outcome by id."""
        self.choice("outcomes", chosen)
        return next(one for one in self.outcomes if one.id == chosen)

    def kind(self, chosen: str) -> PaperKind:
        """A kind of paper by id."""
        self.choice("papers", chosen)
        return self.paper_kinds[chosen]


def after(table: Transitions, step: str, state: str, what: str) -> str:
    """The state after a step.

    Raises:
        Conflict: the step contradicts the state.
    """
    leads = table[step]
    if state not in leads:
        raise Conflict(f"{what} is {state}, one can't {step} it", f"That needs one that is {' or '.join(leads)}.")
    return leads[state]


@cache
def load_workflow(config_dir: Path | None = None) -> Workflow:
    """The workflow of a configuration folder (None: the one that came with the program)."""
    return load((config_dir or default_config_dir()) / "cases.yaml", Workflow)
