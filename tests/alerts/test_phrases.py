"""What marks a concern: of the phrases that are shown, how many a careful officer calls characteristic."""

import tomllib
from pathlib import Path

import pytest

from alerts.evidence import Scope, gather
from alerts.telling import new_phrases
from benchmarks.phrases.judging import judge, judged_concerns, share
from tests.alerts.conftest import TODAY

FLOORS = tomllib.loads((Path(__file__).parents[2] / "quality" / "floors.toml").read_text())["phrases"]


@pytest.fixture(scope="module")
def judged():
    return [judge(concern) for concern in judged_concerns()]


@pytest.mark.parametrize("part", ["dev", "held"])
def test_most_phrases_of_the_judged_concerns_tell_something(judged, part):
    of_part = [one for one in judged if one.part == part]
    assert share(of_part) >= FLOORS[part], [one.shown for one in of_part]


def test_every_judged_concern_has_a_telling_phrase_among_the_first_two(judged):
    assert [one.name for one in judged if not any(tells for _, tells in one.shown[:2])] == []


def test_a_title_is_read_once_however_many_comments_stand_below_it(record, write):
    below = {"Tìm bút tiêm khắp chợ": ["Chán quá.", "Ai chịu đây?", "Lantus mà hết thì chết."], "Lantus hết hàng": ["Nhà tôi cũng chờ."]}
    for title, comments in below.items():
        for said in comments:
            write(TODAY, said, kind="comment", title=None, context=title, parent=title)
    with record.reading() as session:
        pieces = gather(session, Scope("hi_drug_supply"), TODAY, 7).pieces
        found = new_phrases(session, "hi_drug_supply", pieces, TODAY, 6)
    assert found == [("Lantus", 2, 0)]
