"""The truth file: what was planted where and since when, and the labels of every document, to check the machine against."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from crawlers.samples.corpus import Labels
from crawlers.samples.pieces import Article, Thread
from crawlers.samples.world import World
from langnghe.clock import iso, vietnam_day
from langnghe.documents import identity_of
from langnghe.places import Province


def _named(province: Province) -> dict[str, str]:
    return {"name": province.name, "code": province.id}


def _entry(key: str, kind: str, group: str | None, source: str, url: str, ref: str, published: datetime, labels: Labels) -> dict[str, Any]:
    said = labels.model_dump(exclude_defaults=True) | {"relevant": labels.relevant}
    return {
        "key": key,
        "kind": kind,
        "group": group,
        "source": source,
        "url": url,
        "ref": ref,
        "published": iso(published),
        "day": vietnam_day(published).isoformat(),
        "labels": said,
    }


def _of_article(article: Article) -> Iterator[dict[str, Any]]:
    """The article and its comments, which have their article's URL; ``ref`` is the id that the crawler gives a document."""
    source, ref = article.outlet.id, identity_of(article.url)
    yield _entry(article.key, "news", article.group, source, article.url, ref, article.published, article.labels)
    for comment in article.all_comments():
        yield _entry(comment.key, "comment", article.group, source, article.url, f"{ref}-c{comment.id}", comment.published, comment.labels)


def _of_thread(thread: Thread) -> Iterator[dict[str, Any]]:
    """The posts, which have their thread's URL."""
    for post in thread.posts:
        yield _entry(post.key, "forum", thread.group, thread.forum.id, thread.url, f"{thread.id}-{post.id}", post.published, post.labels)


def documents_of(world: World) -> list[dict[str, Any]]:
    """Every document that the sources hold, in the order of time."""
    entries = [entry for article in world.articles for entry in _of_article(article)]
    entries += [entry for thread in world.threads for entry in _of_thread(thread)]
    return sorted(entries, key=lambda entry: (entry["published"], entry["key"]))


def _group(world: World, name: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """A planted group: ``onset`` is the day of its first document, ``onsets`` that of the first one naming each province."""
    group, span = world.plan.groups[name], world.spans.get(name)
    provinces = world.casts[name].provinces
    onsets = {p.name: min((e["day"] for e in entries if p.name in e["labels"].get("provinces", [])), default=None) for p in provinces}
    return {
        "kind": group.kind,
        "topic": group.topic,
        "provinces": [_named(p) for p in provinces],
        "onset": min((entry["day"] for entry in entries), default=None) if span else None,
        "onsets": onsets,
        "start": span.start.isoformat() if span else None,
        "end": span.end.isoformat() if span else None,
        "keys": [entry["key"] for entry in entries],
        "urls": sorted({entry["url"] for entry in entries}),
    }


def drives_of(world: World) -> list[dict[str, Any]]:
    """The planned drives in the form of ``langnghe detect --drives``."""
    return [
        {
            "start": world.spans[name].start.isoformat(),
            "end": world.spans[name].end.isoformat(),
            "topic": group.topic,
            "provinces": [province.name for province in world.casts[name].provinces] or None,
        }
        for name, group in world.plan.groups.items()
        if group.kind == "drive"
    ]


def truth_of(world: World) -> dict[str, Any]:
    """All of it, JSON-serialisable: seed, day0, until, groups, drives, documents, dead_ends."""
    documents = documents_of(world)
    groups = {name: _group(world, name, [entry for entry in documents if entry["group"] == name]) for name in world.plan.groups}
    return {
        "sample": True,
        "seed": world.seed,
        "day0": world.day0.isoformat(),
        "until": iso(world.last),
        "groups": groups,
        "drives": drives_of(world),
        "documents": documents,
        "dead_ends": [{"url": link.url, "answer": link.answer} for link in world.dead_links],
    }
