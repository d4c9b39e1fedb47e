"""``python -m benchmarks.soak``: crawlers and workers on recorded sources while one thing after another fails; prints the ledger."""

import argparse
import sys
import time
from pathlib import Path

from benchmarks.soak.soak import soak
from benchmarks.soak.tables import as_markdown


def main() -> int:
    """Run a soak; exits 1 unless its ledger is clean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180, help="of faults; every kind strikes at least once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--logs", type=Path, help="a folder that keeps what the programs log")
    parser.add_argument("--markdown", type=Path, help="a file for the tables")
    given = parser.parse_args()
    if given.logs:
        given.logs.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    done = soak(given.seconds, given.seed, lambda word: print(f"{time.monotonic() - began:6.0f} s  {word}", flush=True), logs=given.logs)
    tables = as_markdown(done)
    print(tables)
    print(f"{time.monotonic() - began:.0f} s in all; left under way: {dict(done.under_way) or 'nothing'}")
    if given.markdown:
        given.markdown.write_text(tables, encoding="utf-8")
    return 0 if done.ledger.is_clean and not done.under_way and done.struck == done.survived else 1


if __name__ == "__main__":
    sys.exit(main())
