"""The demo as a newcomer runs it, once for each of five seeds; later tests look at what it left."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

DAY0 = date(2026, 11, 20)
SEEDS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class DemoRun:
    seed: int
    folder: Path
    seconds: float
    output: str

    @property
    def truth(self) -> dict:
        from crawlers.samples.world import make_world

        return make_world(self.seed, DAY0).truth()

    def lines(self, *arguments: str, **more: str) -> list[dict]:
        return [json.loads(line) for line in run_langnghe(self.folder, *arguments, **more).splitlines()]


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LANGNGHE_")}
    return kept | {"LANGNGHE_DATA_DIR": str(folder), "LANGNGHE_NOW": f"{DAY0}T07:00:00+07:00", "COLUMNS": "200"} | more


def run_langnghe(folder: Path, *arguments: str, **more: str) -> str:
    command = [sys.executable, "-m", "langnghe", *arguments]
    done = subprocess.run(command, env=environment(folder, **more), capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """``demo(seed)``: the finished demo of a seed, made at the first call."""

    @cache
    def run(seed: int) -> DemoRun:
        folder = tmp_path_factory.mktemp(f"demo{seed}")
        began = time.monotonic()
        output = run_langnghe(folder, "demo", "--no-dashboard", "--seed", str(seed))
        return DemoRun(seed, folder, time.monotonic() - began, output)

    return run
