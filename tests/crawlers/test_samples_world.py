"""The world of the sample sources: what a seed and a day decide, and what stands whatever they are."""

import json
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest

from crawlers.samples.corpus import load_corpus
from crawlers.samples.moments import DAYS, spread
from crawlers.samples.plan import load_plan
from crawlers.samples.world import World, make_world
from crawlers.sources import load_sources
from langnghe.clock import VIETNAM, vietnam_day
from langnghe.config_files import default_config_dir
from langnghe.errors import ConfigurationError
from langnghe.labels import load_labels
from langnghe.places import load_places

DAY0 = date(2026, 11, 20)
SEEDS = [1, 2, 3, 4, 5]


@pytest.fixture(scope="module", params=SEEDS)
def world(request) -> World:
    return make_world(request.param, DAY0)


@pytest.fixture(scope="module")
def truth(world) -> dict:
    return world.truth()


def texts_of(world: World) -> list[str]:
    return [f"{a.title} {' '.join(a.body)}" for a in world.articles] + [c.text for c in world.comments()] + [p.text for p in world.posts()]


def test_the_same_seed_and_day_give_the_same_world():
    assert make_world(3, DAY0).truth() == make_world(3, DAY0).truth()


def test_another_seed_or_day_gives_another_world():
    one = make_world(3, DAY0).truth()
    assert make_world(4, DAY0).truth()["documents"] != one["documents"]
    assert make_world(3, DAY0 + timedelta(days=1)).truth()["documents"] != one["documents"]


def test_it_holds_about_800_documents_from_at_least_300_distinct_texts(world, truth):
    assert 700 <= len(truth["documents"]) <= 1000
    assert len(set(texts_of(world))) >= 300


def test_nothing_is_published_after_half_past_six_of_day_0_nor_120_days_before(world, truth):
    moments = [datetime.fromisoformat(entry["published"]) for entry in truth["documents"]]
    assert max(moments) <= datetime(2026, 11, 20, 6, 30, tzinfo=VIETNAM)
    assert vietnam_day(min(moments)) >= DAY0 - timedelta(days=DAYS)
    assert all(article.modified <= world.last for article in world.articles)


def test_answers_come_after_what_they_answer_within_two_days(world):
    for article in world.articles:
        for comment in article.comments:
            assert article.published < comment.published <= article.published + timedelta(hours=48)
            assert all(comment.published < reply.published for reply in comment.replies)
    for thread in world.threads:
        moments = [post.published for post in thread.posts]
        assert moments == sorted(moments)
        assert all(post.quotes is None or post.quotes.published < post.published for post in thread.posts)


def test_weekends_are_quieter(world):
    background = [article.published for article in world.articles if article.group is None]
    on_day = Counter(moment.weekday() for moment in background)
    assert sum(on_day[day] for day in (5, 6)) / 2 < sum(on_day[day] for day in range(5)) / 5


def test_no_slot_is_left_open(world, truth):
    assert not [text for text in texts_of(world) if "{province" in text]
    assert "{province" not in json.dumps(truth)


def test_every_document_of_the_truth_file_has_an_identity_of_its_own(truth):
    identities = [(entry["source"], entry["ref"]) for entry in truth["documents"]]
    assert len(identities) == len(set(identities))


def test_addresses_and_ids_are_unique(world):
    for ids in (
        [a.url for a in world.articles],
        [t.url for t in world.threads],
        [c.id for c in world.comments()],
        [p.id for p in world.posts()],
    ):
        assert len(ids) == len(set(ids))


def test_a_concern_begins_on_its_onset_and_grows_in_its_provinces(truth):
    for name, onsets in (("drug_shortage", (3, 6)), ("withdrawal_rumour", (2, 5))):
        group = truth["groups"][name]
        back = (DAY0 - date.fromisoformat(group["onset"])).days
        assert onsets[0] <= back <= onsets[1]
        entries = [entry for entry in truth["documents"] if entry["group"] == name]
        per_day = Counter(entry["day"] for entry in entries)
        assert per_day[(DAY0 - timedelta(days=1)).isoformat()] > per_day[group["onset"]]
        named = {place for entry in entries for place in entry["labels"].get("provinces", [])}
        assert named == {province["name"] for province in group["provinces"]}


def test_no_province_has_two_stories_and_each_is_one_of_the_34(truth):
    provinces = [province for group in truth["groups"].values() for province in group["provinces"]]
    assert len({province["code"] for province in provinces}) == len(provinces) == 7
    assert all(load_places().province(p["code"]).is_of_today and load_places().name(p["code"]) == p["name"] for p in provinces)


def test_five_seeds_put_the_shortage_in_five_provinces_and_the_rumour_in_different_ones():
    worlds = [make_world(seed, DAY0) for seed in SEEDS]
    assert len({world.casts["drug_shortage"].provinces[0].id for world in worlds}) == 5
    assert len({tuple(sorted(p.id for p in world.casts["withdrawal_rumour"].provinces)) for world in worlds}) == 5


def test_every_province_of_a_pool_is_one_of_the_34():
    names = {province.name for province in load_places().of_34}
    assert all(set(group.pool) <= names for group in load_plan().groups.values())


def test_the_drive_is_one_planned_week_of_the_last_ten_days(truth):
    drive = truth["groups"]["drive"]
    start, end = date.fromisoformat(drive["start"]), date.fromisoformat(drive["end"])
    assert (end - start).days == 6
    assert DAY0 - timedelta(days=10) <= start
    assert end < DAY0
    begun = [e for e in truth["documents"] if e["group"] == "drive" and e["kind"] == "news"]
    assert all(drive["start"] <= entry["day"] <= drive["end"] for entry in begun)
    assert truth["drives"][0]["provinces"] == [province["name"] for province in drive["provinces"]]


def test_the_press_release_stands_in_ten_outlets_on_one_day_under_ten_titles(world):
    copies = [article for article in world.articles if article.group == "press_release"]
    assert len({article.outlet.id for article in copies}) == len(copies) == 10
    assert len({article.title for article in copies}) == len({article.sapo for article in copies}) == 10
    assert len({vietnam_day(article.published) for article in copies}) == 1
    assert len({tuple(article.body) for article in copies}) == 1


def test_spam_comes_all_the_time_and_more_in_the_last_week(truth):
    days = [date.fromisoformat(entry["day"]) for entry in truth["documents"] if entry["group"] == "spam"]
    recent = sum(day >= DAY0 - timedelta(days=7) for day in days)
    assert recent / 7 > 3 * (len(days) - recent) / (DAYS - 7)
    assert len(days) - recent >= 5


def test_a_small_paper_of_a_province_prints_no_planted_story_of_another(world):
    for article in world.articles:
        home = article.outlet.home_province
        if home and article.group not in {None, "press_release"}:
            assert load_places().name(home) in article.labels.provinces


def test_every_label_is_one_of_the_label_set():
    labels = load_labels()
    topics, subtopics = {topic.id for topic in labels.topics}, {subtopic.id for subtopic in labels.subtopics}
    world = make_world(1, DAY0)
    for piece in [*world.articles, *world.comments(), *world.posts()]:
        assert set(piece.labels.topics) <= topics, piece.key
        assert set(piece.labels.subtopics) <= subtopics, piece.key
        assert all(load_places().by_name(name) for name in piece.labels.provinces), piece.key


def test_the_truth_file_is_written(tmp_path):
    path = tmp_path / "truth.json"
    subprocess.run([sys.executable, "-m", "crawlers.samples", "--truth", path, "--seed", "7", "--day0", "2026-11-20"], check=True)
    assert json.loads(path.read_text(encoding="utf-8")) == make_world(7, DAY0).truth()


def test_a_truth_file_that_cannot_be_written_is_one_line_and_exit_status_1(tmp_path):
    path = tmp_path / "none" / "truth.json"
    ended = subprocess.run(
        [sys.executable, "-m", "crawlers.samples", "--truth", path, "--day0", "2026-11-20"], capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "none/truth.json" in ended.stderr


def test_a_broken_line_of_the_corpus_is_named(tmp_path):
    for name in ("articles", "threads", "planted"):
        (tmp_path / f"{name}.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "threads.jsonl").write_text('\n{"key": "t1", "title": "x", "posts": [], "colour": "red"}\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"threads\.jsonl:2: colour"):
        load_corpus(tmp_path)


@pytest.mark.parametrize("count", [1, 3, 50])
def test_spread_takes_an_equal_share_of_the_weight_each_time(count):
    indexes = sorted(spread(count, [1.0] * 100, Random(1)))
    assert all(100 * i // count - 1 <= index <= 100 * (i + 1) // count for i, index in enumerate(indexes))


def test_every_outlet_has_a_source_file_of_the_live_form():
    outlets = make_world(1, DAY0).outlets
    sources = {source.id: source for source in load_sources(default_config_dir()).values() if source.sample}
    assert set(sources) == {paper.id for paper in outlets.newspapers} | {outlets.forum.id}
    assert all(source.enabled is True for source in sources.values())
    for paper in outlets.newspapers:
        source = sources[paper.id]
        assert (source.name, source.home_province, source.hosts) == (paper.name, paper.home_province, [paper.host])
        assert bool(source.listings) == (paper == outlets.main)
