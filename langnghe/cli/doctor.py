"""``langnghe doctor``: one line for each thing that must be right, each failure with its remedy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from langnghe.errors import LangngheError
from langnghe.installation import Installation


@dataclass(frozen=True)
class Finding:
    """What a check found; ``remedy`` is empty where all is well."""

    check: str
    ok: bool
    text: str
    remedy: str = ""


def _checks() -> dict[str, Callable[[Installation], str]]:
    from langnghe.cli import checks, reach

    return {
        "versions": checks.versions,
        "configuration": checks.configuration,
        "crawling": checks.crawling,
        "disk": checks.disk,
        "clock": checks.clock,
        "keys": checks.keys,
        "record": checks.record,
        "annotation": checks.model,
        "index": reach.index,
        "mail": reach.mail,
        "outbox": checks.outbox,
        "capacity": checks.capacity,
        "schedule": checks.schedule,
        "backups": checks.backups,
        "dashboard": reach.dashboard,
        "endpoints": reach.endpoints,
    }


def _find(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, ok=True, text=check())
    except LangngheError as error:
        return Finding(name, ok=False, text=error.problem, remedy=error.remedy)


def examine(installation: Installation) -> Iterator[Finding]:
    """Go through all checks, one after the other; a failed one does not stop the others."""
    for name, check in _checks().items():
        yield _find(name, partial(check, installation))


def doctor() -> None:
    """Check the configuration and what it reaches; exits 1 where something is wrong."""
    from langnghe.installation import open_installation

    findings = []
    for finding in examine(open_installation()):
        findings.append(finding)
        print(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.check}: {finding.text}{'. ' + finding.remedy if finding.remedy else ''}")
    if failed := [finding.check for finding in findings if not finding.ok]:
        raise LangngheError(f"{len(failed)} of {len(findings)} checks failed: {', '.join(failed)}", "Each line above says what to do.")
