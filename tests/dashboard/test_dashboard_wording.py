"""Whatever the dashboard says stands in both catalogues."""

import re
from pathlib import Path

import pytest
import streamlit

from alerts.cases.store import EVENTS
from alerts.cases.workflow import CASE_STATES, PAPER_STATES, SOLUTION_STATES, load_workflow
from alerts.concern_actions import REASONS
from dashboard import trouble
from dashboard.app_pages.admin import PARTS as ADMIN_PARTS
from dashboard.app_pages.case import VIEWS as CASE_VIEWS
from dashboard.app_pages.drives import PARTS as DRIVE_PARTS
from dashboard.app_pages.reports import KINDS as REPORT_KINDS
from dashboard.app_pages.trends import PICTURES
from dashboard.case_panel import STEPS
from dashboard.case_papers import PAPER_ACTIONS
from dashboard.concern_view import GROUPS
from dashboard.frame import WAITING, frame_texts
from dashboard.pages import GROUPS as NAVIGATION
from dashboard.pages import ICONS
from dashboard.quality import measured
from dashboard.tilemap import LEVELS
from langnghe.actor import Role
from langnghe.config_files import default_config_dir, load
from langnghe.documents import Kind
from langnghe.labels import load_labels
from langnghe.record.corrections import FIELDS
from langnghe.record.ledger import Outcome
from langnghe.record.overrides import Overrides
from langnghe.wording import LANGUAGES, load_wording
from nlp.targets import TargetFile

HERE = Path(trouble.__file__).parent
WRITTEN_OUT = re.compile(r"""words\(\s*"([a-z_]+\.[a-z_.0-9]+)\"""")
FAMILIES = {
    "outcome": list(Outcome),
    "kind": list(Kind),
    "reason": REASONS,
    "map": LEVELS,
    "nav": ICONS,
    "state": [state for states in GROUPS.values() for state in states],
    "concern": [f"group_{group}" for group in GROUPS] + [f"empty_{group}{end}" for group in GROUPS for end in ("", "_do")],
    "case": [f"do_{step}" for step in STEPS]
    + [f"{step}_done" for step in STEPS]
    + [f"state_{state}" for state in CASE_STATES]
    + [f"paper_{action}{end}" for actions in PAPER_ACTIONS.values() for action in actions for end in ("", "_done")]
    + [f"solution_{action}{end}" for action in ("approve", "refuse", "finish") for end in ("", "_done")]
    + [f"{what}_{view}" for view in CASE_VIEWS.values() for what in ("view", "empty")]
    + ["formal_none", "formal_complaint", "formal_denunciation"],
    "paper": [f"state_{state}" for state in PAPER_STATES],
    "solution": [f"state_{state}" for state in SOLUTION_STATES],
    "audience": ["all", *load_labels().audience],
    "admin": [*ADMIN_PARTS, *(f"field_{name}" for name in FIELDS), *(f"rule_{name}" for name in Overrides.model_fields)],
    "trend": [f"show_{picture}" for picture in PICTURES],
    "drive": DRIVE_PARTS,
    "report": [f"{what}_{kind}" for kind in REPORT_KINDS for what in ("kind", "title")],
    "quality": list(measured()),
    "press": [f"form_{form}{end}" for form in ("mail", "zalo", "loudspeaker") for end in ("", "_note")] + ["state_draft", "state_released"],
    "waiting": WAITING,
    "first": ["sources", "run", "wait", "ask", "bring"],
    "role": list(Role),
    "account": [f"may_{role}" for role in Role],
    "target": ["said", "one", *load(default_config_dir() / "lexicon" / "targets.yaml", TargetFile).targets],
    "trouble": [f"{kind}{end}" for kind in ["unknown", *(name for _, name in trouble._KINDS)] for end in ("", "_still")],
    "silent": ["stopped", "failing", "nothing_new"],
    "event": ["opened", "updated", "spread", "escalated", "reopened", "cooling", "closed", "snoozed", "dismissed", "case_opened"],
    "step": EVENTS,
    "weekday": [str(day) for day in range(1, 8)],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_the_code_has_its_words(language):
    entries = load_wording(language).entries
    used = {key for path in HERE.rglob("*.py") for key in WRITTEN_OUT.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 100
    families = {f"{family}.{name}" for family, names in FAMILIES.items() for name in names}
    assert sorted((used | families | set(NAVIGATION)) - set(entries)) == []


def test_what_is_put_in_other_words_is_what_the_installed_streamlit_says():
    scripts = Path(streamlit.__file__).parent / "static" / "static" / "js"
    said = "".join(path.read_text(encoding="utf-8") for path in scripts.glob("*.js"))
    own = frame_texts(load_wording("vi"), load_wording("en"))
    # It puts some together: the kinds of files behind their size, "apply" or "submit form" behind the keys.
    literals = {part.strip(" ,") for english, _ in own for part in re.split(r"\{\w+\}|•|Ctrl\+Enter to|(?<=Enter to) ", english)}
    assert len(literals) > 60
    assert sorted(one for one in literals if one not in said) == []


def test_every_step_of_the_workflow_can_be_taken_somewhere():
    workflow = load_workflow()
    elsewhere = {"plan", "write", "answer", "transfer", "report", "reply"}
    assert set(STEPS) | elsewhere == set(workflow.case)
    for state, actions in PAPER_ACTIONS.items():
        assert set(actions) == {step for step, leads in workflow.paper.items() if state in leads}
