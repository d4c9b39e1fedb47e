"""Communication drives from a JSON file, as the command line takes them: start, end, topic, provinces."""

import json
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from alerts.rules import Drive
from langnghe.errors import LangngheError
from langnghe.places import Places


class _Given(BaseModel):
    """One drive of the file; both days are included, ``provinces`` null (or left out) means all."""

    model_config = ConfigDict(extra="ignore")

    start: date
    end: date
    topic: str | None = None
    topics: list[str] = []
    provinces: list[str] | None = None
    name: str | None = None


def read_drives(path: Path, places: Places) -> list[Drive]:
    """The drives of a file, with provinces of today.

    Raises:
        LangngheError: naming the drive and what is wrong with it.
    """
    remedy = "Write a JSON list of objects with start, end, topic and provinces."
    try:
        given = TypeAdapter(list[_Given]).validate_python(json.loads(path.read_text(encoding="utf-8")))
        return [_drive(number, drive, places) for number, drive in enumerate(given, 1)]
    except OSError as error:
        raise LangngheError(f"{path} can't be read: {error.strerror}", "Name a JSON file of drives.") from None
    except json.JSONDecodeError as error:
        raise LangngheError(f"{path}:{error.lineno}: {error.msg}", remedy) from None
    except UnicodeDecodeError:
        raise LangngheError(f"{path} is not UTF-8", "Save it as UTF-8.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step + 1 if isinstance(step, int) else step) for step in first["loc"])
        raise LangngheError(f"{path}: drive {where}: {first['msg']}", remedy) from None
    except ValueError as error:
        raise LangngheError(f"{path}: {error}", remedy) from None


def _drive(number: int, given: _Given, places: Places) -> Drive:
    codes = []
    for name in given.provinces or []:
        province = places.by_name(name.removesuffix("(cũ)").strip(), given.start)
        if province is None:
            raise ValueError(f"drive {number}: there is no province {name!r}")
        codes.append(places.today_of(province.id))
    topics = [given.topic] if given.topic else given.topics
    if given.end < given.start:
        raise ValueError(f"drive {number} ends ({given.end}) before it starts ({given.start})")
    return Drive(name=given.name or f"{number}", start=given.start, end=given.end, topics=topics, provinces=codes)
