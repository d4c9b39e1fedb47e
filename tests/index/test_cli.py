"""``langnghe search`` and ``reindex`` as the contract says, in a process of their own."""

import json
import os
import subprocess
import sys

import pytest

from index.synchronise import open_or_build
from tests.index.suite import fill, read_corpus


@pytest.fixture
def call(record, settings):
    index = open_or_build(record, settings)
    fill(record, index, read_corpus())
    index.close()

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"LANGNGHE_DATA_DIR": str(settings.data_dir)}
        return subprocess.run([sys.executable, "-m", "langnghe", *arguments], env=environment, capture_output=True, text=True, check=False)

    return run


def test_each_hit_is_a_line_and_the_counts_are_the_last(call) -> None:
    done = call("search", "thuoc bhyt", "--limit", "2", "--facets")
    *hits, last = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 0
    assert len(hits) == 2
    assert list(hits[0])[:8] == ["id", "score", "title", "highlight", "url", "source", "published", "annotation"]
    assert ["topics", "hi_drug_supply"] in hits[0]["why"]
    assert "<mark>" in hits[0]["highlight"]
    assert hits[0]["published"].endswith("+07:00")
    assert hits[0]["annotation"]["topics"][0]["id"] == "hi_drug_supply"
    assert last["total"] >= 5
    assert set(last["facets"]) >= {"province", "topic", "sentiment", "intent", "kind", "source"}


def test_filters_narrow_and_a_province_of_today_includes_its_members(call) -> None:
    done = call("search", "", "--province", "Phú Thọ", "--from", "2025-01-01", "--to", "2025-03-31", "--sort", "newest")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["hoa-binh-cu", "vinh-phuc-cu"]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--province", "Atlantis"], "Nghệ An"),
        (["--topic", "tennis"], "hi_drug_supply"),
        (["--sentiment", "angry"], "negative"),
        (["--intent", "sell"], "complaint"),
        (["--kind", "tiktok"], "comment"),
        (["--sort", "best"], "newest"),
        (["--from", "yesterday"], "2024-09-30"),
    ],
)
def test_an_unknown_label_is_one_line_that_names_the_known_ones(call, arguments, names) -> None:
    done = call("search", "thuốc", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert names in done.stderr


def test_reindex_builds_and_search_finds(call) -> None:
    done = call("reindex")
    assert done.returncode == 0
    assert f"{len(read_corpus())}" in done.stderr
    assert call("search", "vneid").stdout.count("\n") == 1
