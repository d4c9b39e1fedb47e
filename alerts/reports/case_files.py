"""The quick report (báo cáo nhanh) of a case, as it stands now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.answers import fitting_answers
from alerts.cases.drafts import office_name
from alerts.cases.effect import Effect, provinces_of
from alerts.cases.reading import CaseDetail, case_detail
from alerts.cases.store import find_case
from alerts.cases.workflow import load_workflow
from alerts.explanation import Explanation
from alerts.links import search_link
from alerts.overview import concern_detail
from alerts.past import said_in
from alerts.reports.paper_files import CaseFile, agency_values
from alerts.reports.presenting import moment, outlets_of
from alerts.reports.word import Linked, word_file
from alerts.rules import load_rules
from langnghe.actor import Actor, Role
from langnghe.clock import VIETNAM, vietnam_day
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import CaseSolution, Concern, DocumentRow, Fact
from langnghe.settings import Settings
from langnghe.wording import Wording, load_wording

_SHOWN_STEPS = ("opened", "assigned", "handed_over", "marked", "closed", "reopened")


def quick_report(record: Record, actor: Actor, case_id: int, settings: Settings) -> CaseFile:
    """The quick report of a case as it stands now; at the same moment it is the same bytes.

    Raises:
        LangngheError: there is no such case.
        NotAllowed: the actor is no officer of its office.
    """
    words, now = load_wording("vi", settings.config_dir), record.clock.now().replace(microsecond=0)
    with record.session() as session:
        case = find_case(session, case_id)
        actor.require(Role.officer, case.office, f"report on the case {case_id}")
        detail = case_detail(session, actor, case_id, settings, now)
        gathered = _Gathered(session, Actor(actor.name, actor.role, case.office), detail, settings, words, now)
        values = gathered.values()
        audit(session, actor, "case reported", f"case:{case_id}", now)
    document = word_file("quick", lambda link: values | _links(values, link), now, settings.config_dir)
    return CaseFile(f"baocaonhanh-{case_id}-{now.astimezone(VIETNAM):%Y%m%d%H%M}", document)


def _links(values: dict[str, Any], link: Linked) -> dict[str, Any]:
    return {
        "counted": link(*values["counted"]),
        "stories": [{"title": link(title, address), "told": told} for title, address, told in values["stories"]],
    }


@dataclass(frozen=True)
class _Gathered:
    """What a quick report is made from."""

    session: Session
    actor: Actor
    detail: CaseDetail
    settings: Settings
    words: Wording
    now: datetime

    def values(self) -> dict[str, Any]:
        """What fills the template."""
        case, words = self.detail.case, self.words
        office = office_name(case.office, self.settings).replace("BHXH", "Bảo hiểm xã hội")
        told = self._explanation()
        return agency_values(case, self.settings, words, self.now) | {
            "heading": words("report.heading_quick"),
            "subject": words("report.subject_quick", title=case.title),
            "opening": self._opening(office),
            "counted": self._counted(told),
            "why": self._why(told),
            "said": [sentence.quoted for sentence in told.summary] if told else self._of_document(),
            "carriers": self._carriers(told),
            "stories": self._stories(told),
            "answers": self._answers(),
            "responsible": self._responsible(),
            "steps": self._steps(),
            "solutions": [self._solution(one) for one in self.detail.solutions],
            "effect": self._effect(self.detail.effect),
            "closing": words("report.closing_quick", office=office),
        }

    def _concern(self) -> Concern | None:
        case = self.detail.case
        return None if case.concern_id is None else self.session.get(Concern, case.concern_id)

    def _explanation(self) -> Explanation | None:
        """The concern's explanation, without what this office may not read."""
        case = self.detail.case
        if case.concern_id is None:
            return None
        return concern_detail(self.session, self.actor, case.concern_id, self.settings, self.now).line.explanation

    def _document(self) -> DocumentRow | None:
        case = self.detail.case
        return None if case.document_id is None else self.session.get(DocumentRow, case.document_id)

    def _of_document(self) -> list[str]:
        row = self._document()
        return [] if row is None else [(row.lead or row.text)[:300]]

    def _opening(self, office: str) -> str:
        case, words = self.detail.case, self.words
        basis = load_rules(self.settings.config_dir).cases.press.basis
        first = words("report.quick_first_due", at=moment(case.first_due), basis=basis) if case.first_due else ""
        given = {"id": case.id, "title": case.title, "cut_off": moment(self.now), "due": moment(case.due)}
        return words("report.quick_opening", office=office, first_due=first, **given)

    def _span(self, told: Explanation | None) -> tuple[Any, Any]:
        row = self._document()
        first = told.start if told else (row.day if row else vietnam_day(self.detail.case.opened))
        return first, max(vietnam_day(self.now), first)

    def _counted(self, told: Explanation | None) -> tuple[str, str]:
        """The negative documents on the case's topic where it is, and the search that counts the same."""
        case, (first, last) = self.detail.case, self._span(told)
        provinces = provinces_of(self.session, case)
        query = select(func.count(Fact.document_id.distinct())).join(DocumentRow, DocumentRow.id == Fact.document_id)
        query = query.where(Fact.topic == case.topic, Fact.sentiment == "negative", Fact.day.between(first, last))
        if provinces:
            query = query.where(Fact.province.in_(provinces))
        if not self.actor.is_national:
            query = query.where(DocumentRow.office.is_(None) | (DocumentRow.office == self.actor.office))
        number = self.session.scalar(query) or 0
        link = search_link(
            self.settings.mail.dashboard_url,
            province=",".join(provinces) or None,
            topic=case.topic,
            sentiment="negative",
            start=first,
            end=last,
        )
        return self.words("report.quick_counted", n=self.words.number(number)), link

    def _why(self, told: Explanation | None) -> str:
        first, last = self._span(told)
        concern = self._concern()
        more = ""
        if concern is not None and told is not None:
            detail = concern_detail(self.session, self.actor, concern.id, self.settings, self.now)
            more = self.words("report.quick_more", why=detail.line.why)
        return self.words("report.quick_why", first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}", more=more) + ("" if more else ".")

    def _carriers(self, told: Explanation | None) -> str:
        row = self._document()
        if told is None:
            return self.words("report.quick_carriers", said=(row.outlet or row.source) if row else self.words("report.quick_unknown"))
        said = [self.words("report.quick_carrier", outlet=one.outlet, n=one.documents) for one in told.carriers[:10]]
        return self.words("report.quick_carriers", said=", ".join(said) or self.words("report.quick_unknown"))

    def _stories(self, told: Explanation | None) -> list[tuple[str, str | None, str]]:
        row, words = self._document(), self.words
        if told is None:
            found = [] if row is None else [(row.title or row.text[:120], row.url, [row.outlet or row.source], row.day, 1)]
        else:
            found = [(story.title, story.url, story.outlets, story.day, story.copies) for story in told.stories]
        return [
            (title, url, words("report.told", outlets=outlets_of(outlets, words), day=f"{day:%d/%m}", n=copies))
            for title, url, outlets, day, copies in found
        ]

    def _answers(self) -> list[str]:
        concern, case, row = self._concern(), self.detail.case, self._document()
        said = said_in(concern) if concern else f"{row.title}. {row.text[:500]}" if row else case.title
        found = fitting_answers(said, vietnam_day(self.now), topics=[case.topic], config_dir=self.settings.config_dir)
        return [f"{one.answer.text} (Căn cứ: {one.answer.basis}.)" for one in found]

    def _responsible(self) -> str:
        case, words, workflow = self.detail.case, self.words, load_workflow(self.settings.config_dir)
        names = [workflow.choice("receivers", label).vi for label in case.responsible]
        return words(
            "report.quick_responsible",
            names=", ".join(names) or words("report.quick_unknown"),
            officer=case.officer or words("report.quick_nobody"),
            pakn=words("report.quick_pakn", code=case.pakn) if case.pakn else "",
        )

    def _steps(self) -> list[str]:
        words, workflow = self.words, load_workflow(self.settings.config_dir)
        taken = [event for event in self.detail.history if event.event in _SHOWN_STEPS]
        said = [
            (event.at, words("report.quick_step", at=moment(event.at), event=words(f"step.{event.event}"), actor=event.actor))
            for event in taken
        ]
        for paper in self.detail.papers:
            if paper.sent is not None:
                channel = workflow.choice("channels", paper.channel or "").vi
                kind, to = workflow.kind(paper.kind).vi, paper.recipient or words("report.everybody")
                said.append((paper.sent, words("report.quick_sent", at=moment(paper.sent), kind=kind, recipient=to, channel=channel)))
        return [line for _, line in sorted(said)]

    def _solution(self, solution: CaseSolution) -> str:
        words, workflow = self.words, load_workflow(self.settings.config_dir)
        return words(
            "report.quick_solution",
            kind=workflow.choice("solutions", solution.kind).vi,
            audience=", ".join(words(f"audience.{one}") for one in solution.audience) or words("report.everybody"),
            channels=", ".join(workflow.choice("channels", one).vi for one in solution.channels) or words("report.quick_unknown"),
            message=solution.message,
            state=words(f"solution.state_{solution.state}").lower(),
        )

    def _effect(self, effect: Effect | None) -> str:
        if effect is None or not effect.after.days:
            return ""
        words = self.words

        def rate(value: float) -> str:
            return words.number(value, 1)

        given = {
            "days": effect.before.days,
            "after_days": effect.after.days,
            "day": f"{effect.answered:%d/%m/%Y}",
            "before": rate(effect.before.negative_a_day),
            "after": rate(effect.after.negative_a_day),
        }
        if effect.elsewhere_before is None or effect.elsewhere_after is None:
            return words("report.quick_effect_national", **given)
        given["elsewhere_before"] = rate(effect.elsewhere_before.negative_a_day)
        given["elsewhere_after"] = rate(effect.elsewhere_after.negative_a_day)
        return words("report.quick_effect", **given)
