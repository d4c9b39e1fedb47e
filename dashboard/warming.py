"""Counts what the first pages show before somebody asks: whoever comes at 07:30 finds it counted, also when nobody was here all night."""

import gc
import logging
import threading
import time

from sqlalchemy.exc import SQLAlchemyError
from streamlit import runtime

from dashboard.context import Context
from dashboard.novel import new_lines
from dashboard.source_health import source_rows
from dashboard.today import todays_overview
from dashboard.trend_data import EVERYTHING, PERIODS, facts_of, outlets_of, topics_of, trend_of
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.errors import LangngheError
from langnghe.installation import Installation
from langnghe.wording import load_wording

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
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
    topics_of(context, PERIODS[0], "")
    outlets_of(context, PERIODS[0], "", EVERYTHING)
    facts_of(context, PERIODS[-1])


def _go_on(installation: Installation, stop: threading.Event) -> None:
    # What is kept lives in Streamlit's runtime, which is made after this thread.
    while not runtime.exists():
        if stop.wait(0.2):
            return
    is_started = False
    while True:
        try:
            count_ahead(context_of(installation))
        except (LangngheError, SQLAlchemyError) as error:
            # Whoever opens a page is told there; here it is tried again.
            log.warning("could not count ahead: %s", error)
        gc.collect()
        if not is_started:
            # What a server has loaded by now it keeps: it need not be looked through for garbage again, while every session waits.
            gc.freeze()
            is_started = True
        # Just after a minute has begun, for with some begins what a page counts anew (dashboard/stamp.py).
        if stop.wait(EVERY_SECONDS - time.time() % EVERY_SECONDS + 0.1):
            return


def keep_warm(installation: Installation) -> threading.Event:
    """Count ahead in a thread of its own until the event that this gives is set."""
    stop = threading.Event()
    threading.Thread(target=_go_on, args=(installation, stop), name="warming", daemon=True).start()
    return stop
