"""Tables of activities and of donations, CSV or XLSX, as offices keep them."""

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from alerts.drives.ledgers import ITEMS, Gift
from alerts.drives.planning import Activity
from alerts.rules import Drives, drives_file
from langnghe.errors import LangngheError
from langnghe.folding import fold
from langnghe.places import NOWHERE, Places, load_places
from langnghe.settings import Settings

MOST_ROWS = 20_000
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")
_ITEMS = {fold(name): item for item, names in zip(ITEMS, (("si_book", "sổ BHXH"), ("hi_card", "thẻ BHYT")), strict=True) for name in names}

Entry = TypeVar("Entry", Activity, Gift)


def _csv_rows(path: Path) -> Iterator[list[Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        beginning = file.read(4096)
        file.seek(0)
        yield from csv.reader(file, delimiter=";" if beginning.count(";") > beginning.count(",") else ",")


def _xlsx_rows(path: Path) -> Iterator[list[Any]]:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield list(row)
    finally:
        book.close()


def _rows(path: Path, known: Drives, needed: set[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """(row number, field → value) of a table's rows that are not empty."""
    rows = _xlsx_rows(path) if path.suffix.lower() == ".xlsx" else _csv_rows(path)
    try:
        header = next(rows, [])
        meant = {fold(name): field for field, names in known.columns.items() for name in names}
        fields = [meant.get(fold(str(name or "")).strip()) for name in header]
        if missing := needed - set(fields):
            raise LangngheError(
                f"{path}: there is no column {', '.join(sorted(missing))}", "Name the columns as config/drives.yaml lists them."
            )
        for number, row in enumerate(rows, 2):
            values = {field: value for field, value in zip(fields, row, strict=False) if field and value not in (None, "")}
            if number > MOST_ROWS:
                raise LangngheError(f"{path} has more than {MOST_ROWS} rows", "Import it in parts.")
            if values:
                yield number, values
    except (OSError, BadZipFile, InvalidFileException, KeyError) as error:
        raise LangngheError(f"{path} can't be read ({type(error).__name__})", "Give a CSV file in UTF-8 or an XLSX file.") from None
    except (UnicodeDecodeError, csv.Error):
        raise LangngheError(f"{path} is no CSV in UTF-8", "Save it as UTF-8, or give an XLSX file.") from None


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for form in _DAYS:
        try:
            return datetime.strptime(str(value).strip(), form).date()  # noqa: DTZ007 - a day has no offset
        except ValueError:
            continue
    raise ValueError(f"{value!r} is no day")


def _number(value: Any) -> int:
    text = str(value).strip()
    # 1.234 and 1,234 are both written for a thousand and more; an amount here has no fraction.
    plain = text.replace(".", "").replace(",", "").replace(" ", "") if isinstance(value, str) else text.removesuffix(".0")
    if not plain.lstrip("-").isdigit():
        raise ValueError(f"{value!r} is no whole number")
    return int(plain)


def _province(value: Any, day: date, places: Places) -> str:
    if str(value).strip() == NOWHERE:
        return NOWHERE
    found = places.by_name(str(value).strip(), day)
    if found is None:
        raise ValueError(f"there is no province {value!r}")
    return places.today_of(found.id)


def _shared(values: dict[str, Any], places: Places) -> dict[str, Any]:
    day = _day(values["day"])
    return {"ref": str(values["ref"]).strip(), "day": day, "province": _province(values["province"], day, places)}


def _numbers(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: _number(values[name]) for name in names if name in values}


def _read(path: Path, settings: Settings, needed: set[str], make: Callable[[dict[str, Any], Places, Drives], Entry]) -> list[Entry]:
    known, places, found = drives_file(settings.config_dir), load_places(settings.config_dir), []
    for number, values in _rows(path, known, needed):
        try:
            found.append(make(values, places, known))
        except KeyError as error:
            raise LangngheError(f"{path}:{number}: {error.args[0]} is empty", "Fill it in.") from None
        except ValueError as error:
            raise LangngheError(f"{path}:{number}: {error}", "Correct it there; nothing was imported.") from None
    return found


def _activity(values: dict[str, Any], places: Places, known: Drives) -> Activity:
    forms = {fold(name): form.id for form in known.forms for name in (form.id, form.vi, form.en)}
    form = forms.get(fold(str(values["form"])).strip())
    if form is None:
        raise ValueError(f"there is no form {values['form']!r}")
    said = _shared(values, places) | {"form": form, "content": str(values.get("content", "")).strip()}
    return Activity(**said | _numbers(values, "cost", "reach", "new_voluntary", "new_household"))


def _gift(values: dict[str, Any], places: Places, known: Drives) -> Gift:  # noqa: ARG001 - called like _activity
    item = _ITEMS.get(fold(str(values["item"])).strip())
    if item is None:
        raise ValueError(f"there is no item {values['item']!r}")
    said: dict[str, Any] = {"donor": str(values["donor"]), "note": str(values.get("note", ""))}
    return Gift(
        **_shared(values, places), item=item, number=_number(values["number"]), value=_numbers(values, "value").get("value"), **said
    )


def read_activities(path: Path, settings: Settings) -> list[Activity]:
    """Activities of a table.

    Raises:
        LangngheError: naming the file, the row and what is wrong with it.
    """
    return _read(path, settings, {"ref", "day", "province", "form"}, _activity)


def read_gifts(path: Path, settings: Settings) -> list[Gift]:
    """Donations of a table.

    Raises:
        LangngheError: naming the file, the row and what is wrong with it.
    """
    return _read(path, settings, {"ref", "day", "province", "donor", "item", "number"}, _gift)
