"""Counts what the first pages show before somebody asks: whoever comes at 07:30 finds it counted, also when nobody was here all night."""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError
from streamlit import runtime

from dashboard.context import Context
from dashboard.novel import new_lines
from dashboard.source_health import source_rows
from dashboard.today import todays_overview
from dashboard.trend_data import EVERYTHING, PERIODS, facts_of, parts_of, trend_of
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.errors import LangngheError
from langnghe.installation import Installation
from langnghe.wording import load_wording

log = logging.getLogger(__name__)

EVERY_SECONDS = 120.0
READER = Actor("dashboard", Role.viewer, NATIONAL)


def context_of(installation: Installation) -> Context:
    """The national desk's view, in the installation's language."""
    settings = installation.settings
    words = load_wording(settings.language, settings.config_dir)
    return Context(settings, installation.record, READER, words, installation.labels, installation.places)


def count_ahead(context: Context) -> None:
    """Count what stands on the first pages; what is still fresh costs nothing."""
    source_rows(context)
    for line in todays_overview(context).concerns:
        new_lines(context, line.concern)
    for of_63 in (False, True):
        trend_of(context, PERIODS[0], EVERYTHING, of_63=of_63)
    parts_of(context, PERIODS[0], "", EVERYTHING)
    facts_of(context, PERIODS[-1])


def _go_on(installation: Installation, stop: threading.Event) -> None:
    # What is kept lives in Streamlit's runtime, which is made after this thread.
    while not runtime.exists():
        if stop.wait(0.2):
            return
    while True:
        try:
            count_ahead(context_of(installation))
        except (LangngheError, SQLAlchemyError) as error:
            # Whoever opens a page is told there; here it is tried again.
            log.warning("could not count ahead: %s", error)
        if stop.wait(EVERY_SECONDS):
            return


def keep_warm(installation: Installation) -> threading.Event:
    """Count ahead in a thread of its own until the event that this gives is set."""
    stop = threading.Event()
    threading.Thread(target=_go_on, args=(installation, stop), name="warming", daemon=True).start()
    return stop
