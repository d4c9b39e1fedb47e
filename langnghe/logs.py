"""Logs: lines to read, or JSON for a collector; one event a line in both."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from langnghe.settings import LogSettings

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; what is beside it was given with ``extra``."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time, level, logger, message, what was given with ``extra``, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        entry |= {name: value for name, value in vars(record).items() if name not in _PLAIN}
        if record.exc_info and record.exc_info[0]:
            entry["traceback"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=str)


class OneLine(logging.Formatter):
    """A record as one line of text, whatever its message holds; a traceback follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """The line; a line break in what is logged can't pass as another entry."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")


def configure_logging(settings: LogSettings) -> None:
    """Log to standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.format == "json" else OneLine())
    logging.basicConfig(level=settings.level, handlers=[handler], force=True)
    for name in ("apscheduler", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
