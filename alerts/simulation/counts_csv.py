"""A world as the files that ``langnghe detect`` reads: provinces by the name of their day, with old names that linger after the merger."""

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from alerts.counts_file import COLUMNS, OLD_NAME
from alerts.panel import UNPLACED, Grid, Panel
from alerts.simulation.bursts import Campaign
from langnghe.places import MERGER, NOWHERE, Places

_LINGERS = 0.3
"""Part of a merged province's cells that still speak of an old province on the first day; it halves every 60 days."""


class CountsWriter:
    """Writes a panel; a cell's counts are shared out over the names that stand for its province on its day."""

    def __init__(self, places: Places, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        self._today = {province.id: province.name for province in places.of_34}
        self._before = {province.id: [places.name(member) for member in province.members] for province in places.of_34}

    def names(self, unit: str, day: date) -> list[str]:
        """The names that stand for a unit on a day."""
        if unit == UNPLACED:
            return [NOWHERE]
        old = self._before[unit]
        if day < MERGER:
            return old
        lingers = len(old) > 1 and self._random.random() < _LINGERS * 0.5 ** ((day - MERGER).days / 60)
        return [self._today[unit], f"{self._random.choice(old)} {OLD_NAME}"] if lingers else [self._today[unit]]

    def _shares(self, counts: Grid, number: int) -> Iterator[Grid]:
        """Counts of each name, all in one proportion, so that parts stay within their totals."""
        for _ in range(number - 1):
            part = np.floor(counts * self._random.uniform(0.2, 0.8))
            yield part
            counts = counts - part
        yield counts

    def rows(self, panel: Panel) -> Iterator[list[object]]:
        """The lines below the header; empty cells have none, and the nation adds itself up."""
        counts = np.stack([panel.counts[name][:, :-1] for name in COLUMNS.values()], axis=-1)
        for at, unit, topic in np.argwhere(counts.any(axis=-1)).tolist():
            day = panel.first + timedelta(days=at)
            names = self.names(panel.units[unit], day)
            for name, part in zip(names, self._shares(counts[at, unit, topic], len(names)), strict=True):
                if part.any():
                    yield [day, name, panel.topics[topic], *part.astype(int).tolist()]

    def write(self, panel: Panel, path: Path) -> None:
        """Write a panel as CSV, packed where the name ends in ``.gz``."""
        opened = gzip.open if path.suffix == ".gz" else Path.open
        with opened(path, "wt", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["date", "province", "topic", *COLUMNS])
            writer.writerows(self.rows(panel))


def write_drives(campaigns: list[Campaign], panel: Panel, places: Places, path: Path) -> None:
    """Write the drives that stand in the calendar, by the names of their own days."""
    writer, drives = CountsWriter(places), []
    for one in campaigns:
        start, end = (panel.first + timedelta(days=day) for day in (one.start, one.end))
        units = [panel.units[unit] for unit in one.units if panel.units[unit] != UNPLACED]
        names = [name for unit in units for name in writer.names(unit, start) if not name.endswith(OLD_NAME)]
        if one.known:
            everywhere = len(units) == len(places.of_34)
            drive = {"start": start.isoformat(), "end": end.isoformat(), "topic": panel.topics[one.topic]}
            drives.append(drive | {"provinces": None if everywhere else names})
    path.write_text(json.dumps(drives, ensure_ascii=False), encoding="utf-8")
