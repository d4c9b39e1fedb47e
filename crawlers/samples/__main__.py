"""``python -m crawlers.samples --truth FILE --seed N --day0 DAY`` writes what was planted in that world."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from crawlers.samples.world import make_world


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crawlers.samples", description="Write the truth file of the sample sources.")
    parser.add_argument("--truth", required=True, metavar="FILE", help="file to write, - for standard output")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of provinces, days and outlets (1)")
    parser.add_argument("--day0", type=date.fromisoformat, required=True, metavar="DAY", help="last day of the world, as 2026-11-20")
    return parser.parse_args()


def main() -> int:
    """Write the truth file; 1 where it cannot be written."""
    given = _arguments()
    text = json.dumps(make_world(given.seed, given.day0).truth(), ensure_ascii=False, indent=1) + "\n"
    if given.truth == "-":
        sys.stdout.write(text)
        return 0
    try:
        Path(given.truth).write_text(text, encoding="utf-8")
    except OSError as error:
        sys.stderr.write(f"{given.truth}: {error.strerror}. Name a file in a folder that exists and can be written.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
