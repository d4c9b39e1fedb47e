"""``langnghe detect``: alarms from a file of daily counts, as JSON Lines."""

import json
from pathlib import Path
from typing import Annotated

import typer

from langnghe.errors import WrongCall


def detect(
    counts: Annotated[Path, typer.Argument(help="Daily counts, CSV or CSV.gz.", metavar="COUNTS.csv")],
    budget: Annotated[float | None, typer.Option(help="False alarms a day wanted for the whole country; default: the setting.")] = None,
    drives: Annotated[
        Path | None, typer.Option(help="Known communication drives, JSON; they are named with an alarm, never silence it.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Write every candidate of every day with its score.")] = False,
) -> None:
    """Detect emerging concerns in daily counts; each alert is written on the day it opens."""
    from alerts.counts_file import CountsFile
    from alerts.detection.counts import alarm_lines, detect_counts
    from alerts.drives_file import read_drives
    from alerts.rules import load_rules
    from langnghe.places import load_places
    from langnghe.settings import load_settings

    if budget is not None and not 0 < budget <= 100:
        raise WrongCall(f"--budget is {budget}", "Give false alarms a day, above 0 and at most 100.")
    for path in (counts, drives):
        if path and not path.exists():
            raise WrongCall(f"there is no file {path}", "Name a CSV or CSV.gz file of daily counts, and with --drives a JSON file.")
    settings = load_settings()
    rules, places = load_rules(settings.config_dir).detection, load_places(settings.config_dir)
    known = read_drives(drives, places) if drives else []
    file = CountsFile(counts, places)
    detection = detect_counts(file.read(), rules)
    for day, before in file.holes:
        typer.echo(f"{counts}:{before}: no line for {day} follows; it is taken for a day without coverage, not for a calm one", err=True)
    for line in alarm_lines(detection, budget or settings.alerts.budget, rules, known, places, everything=all_):
        print(json.dumps(line, ensure_ascii=False))
