"""The provinces: 63 until 30 June 2025, 34 since; which of today holds which of before."""

import json
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from pydantic import BaseModel

from langnghe.config_files import default_config_dir
from langnghe.errors import ConfigurationError
from langnghe.folding import canonical, fold

MERGER = date(2025, 7, 1)
"""First day of the 34 provinces (resolution 202/2025/QH15)."""

NOWHERE = "VN"
"""Stands for coverage without a province."""


class Alias(BaseModel):
    """Another way to write a province; ``risk``: safe, cue, search or never (see ``config/places/README.md``)."""

    text: str
    kind: str
    risk: str


class Province(BaseModel):
    """A province of either map; ``id`` says which: ``63-44`` or ``34-44``."""

    id: str
    name: str
    full_name: str
    region: str
    name_en: str = ""
    today: str = ""
    """Of the 63: id of the province of today that holds it."""
    members: list[str] = []
    """Of the 34: ids of those it was made of."""
    aliases: list[Alias] = []
    capital: str = ""
    bhxh_name: str = ""

    @property
    def is_of_today(self) -> bool:
        """Whether it is one of the 34."""
        return self.id.startswith("34-")


class District(BaseModel):
    """A district of before 1 July 2025."""

    name: str
    type: str
    province: str
    risk: str
    variants: list[str] = []
    former: bool = False


class Landmark(BaseModel):
    """A hospital or park; ``risk``: weak means that it treats people from everywhere."""

    name: str
    kind: str
    province63: str
    risk: str = "safe"


class Places:
    """Both maps and the way between them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.of_63 = [Province(**row) for row in self._rows("provinces63.json", "provinces")]
        self.of_34 = [Province(**row) for row in self._rows("provinces34.json", "provinces")]
        self._by_id = {province.id: province for province in [*self.of_63, *self.of_34]}

    def _rows(self, name: str, key: str) -> list[dict[str, object]]:
        try:
            rows: list[dict[str, object]] = json.loads((self.folder / name).read_text(encoding="utf-8"))[key]
        except (OSError, ValueError, KeyError) as error:
            raise ConfigurationError(f"{self.folder / name}: {error}", "Restore the file as it came with the program.") from None
        return rows

    @cached_property
    def districts(self) -> list[District]:
        """The 696 districts of before 1 July 2025 and 24 older ones."""
        return [District.model_validate(row) for row in self._rows("districts.json", "districts")]

    @cached_property
    def landmarks(self) -> list[Landmark]:
        """Hospitals and industrial parks."""
        return [Landmark.model_validate(row) for row in self._rows("landmarks.json", "landmarks")]

    @cached_property
    def tiles(self) -> dict[str, dict[str, object]]:
        """Column, row and name of each tile of the map, by province id; archipelagos included."""
        content: dict[str, dict[str, object]] = json.loads((self.folder / "tilegrid34.json").read_text(encoding="utf-8"))
        return content

    @cached_property
    def _by_name(self) -> dict[str, list[Province]]:
        names: dict[str, list[Province]] = {}
        for province in self._by_id.values():
            for form in {canonical(province.name), canonical(province.full_name), fold(province.name), province.id}:
                names.setdefault(form, []).append(province)
        for province in self.of_63:
            for alias in province.aliases:
                if alias.risk != "never":
                    same = self._by_id[province.today]
                    names.setdefault(canonical(alias.text), []).extend([same, province] if same.name == province.name else [province])
        return names

    @cached_property
    def names(self) -> list[str]:
        """Every name by which a province of either map is called without doubt."""
        found = [[province.name, *(alias.text for alias in province.aliases if alias.risk == "safe")] for province in self.of_63]
        return sorted({name for names in found for name in names} | {province.name for province in self.of_34})

    def province(self, code: str) -> Province:
        """A province by its id.

        Raises:
            KeyError: no province of either map has it.
        """
        return self._by_id[code]

    def name(self, code: str) -> str:
        """The bare name of a province, or the code itself where there is no such province."""
        return self._by_id[code].name if code in self._by_id else code

    def of_day(self, day: date) -> list[Province]:
        """The provinces that existed on ``day``."""
        return self.of_34 if day >= MERGER else self.of_63

    def by_name(self, name: str, day: date | None = None) -> Province | None:
        """The province called ``name`` (bare, with Tỉnh/Thành phố, unmarked, or an id) on ``day``.

        Without a day, or where the day has none of that name, today's province wins over one of before.
        """
        found = self._by_name.get(canonical(name)) or self._by_name.get(fold(name)) or self._by_name.get(name) or []
        of_day = [province for province in found if day is not None and province.is_of_today == (day >= MERGER)]
        of_today = [province for province in found if province.is_of_today]
        return next(iter(of_day or of_today or found), None)

    def today_of(self, code: str) -> str:
        """Id of the province of today that ``code`` is or belongs to; :data:`NOWHERE` stays itself."""
        if code == NOWHERE:
            return NOWHERE
        return self._by_id[code].today or code

    def family(self, code: str) -> list[str]:
        """Ids that a filter by ``code`` includes: itself and, for one of today, those it was made of."""
        return [code, *self._by_id[code].members]


@cache
def load_places(config_dir: Path | None = None) -> Places:
    """The places of a configuration folder (None: the one that came with the program)."""
    return Places((config_dir or default_config_dir()) / "places")
