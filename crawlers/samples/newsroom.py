"""Articles of a world: which newspaper prints a text, when, and what its readers answer."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from crawlers.samples.casting import Cast
from crawlers.samples.corpus import Headline, Labels, WrittenArticle, WrittenComment
from crawlers.samples.moments import DAYS, NEWS_HOURS, answer_after, everyday, last_moment, moment_on, spread
from crawlers.samples.outlets import Newspaper, Outlets
from crawlers.samples.pieces import Article, Comment, DeadLink
from crawlers.samples.plan import Plan
from langnghe.places import load_places


def filled(labels: Labels, cast: Cast) -> Labels:
    """Labels with the names of the cast's provinces."""
    return labels.model_copy(update={"provinces": [cast.fill(name) for name in labels.provinces]})


def _homes(names: list[str]) -> set[str]:
    places = load_places()
    return {places.today_of(found.id) for name in names if (found := places.by_name(name))}


class Newsroom:
    """Prints articles; ``seed`` and a text's key decide all that is left to chance."""

    def __init__(self, outlets: Outlets, seed: int, day0: date) -> None:
        self.outlets = outlets
        self.seed = seed
        self.day0 = day0
        self.last = last_moment(day0)
        self._numbers: set[str] = set()

    def _rng(self, key: str) -> Random:
        return Random(f"{self.seed}:{key}")  # noqa: S311 - samples, not secrets

    def number(self, published: datetime, rng: Random) -> str:
        """Digits that no other article has: the time of publication and three more."""
        while (number := f"{published:%Y%m%d%H%M%S}{rng.randrange(1000):03}") in self._numbers:
            pass
        self._numbers.add(number)
        return number

    def _specialist(self, section: str, rng: Random) -> Newspaper:
        ofs = self.outlets.specialists
        return rng.choice([paper for paper in ofs if section in paper.sections] or ofs)

    def _outlet(self, text: WrittenArticle, cast: Cast, rng: Random) -> Newspaper:
        """Texts about a small paper's own province go there; the rest to one for the field, to any local one or to the main paper."""
        named = _homes(filled(text.labels, cast).provinces)
        local = [paper for paper in self.outlets.regional if paper.home_province in named]
        if text.outlet == "main" or (text.outlet is None and text.comments):
            return self.outlets.main
        if local and len(named) == 1:
            return local[0]
        chance = 0.0 if text.outlet == "regional" else rng.random() + bool(named)
        if chance < 0.45:
            return self._specialist(text.section, rng)
        return rng.choice(self.outlets.locals) if chance < 0.75 else self.outlets.main

    def _comment(self, written: WrittenComment, after: datetime, median_hours: float, cast: Cast) -> Comment:
        rng = self._rng(written.key)
        published = answer_after(after, median_hours, rng, self.last)
        replies = [self._comment(reply, published, 2, cast) for reply in written.replies]
        likes = int(rng.expovariate(1 / 6))
        return Comment(written.key, written.name, cast.fill(written.text), published, likes, filled(written.labels, cast), replies)

    def _print(self, text: WrittenArticle, key: str, outlet: Newspaper, headline: Headline, day: date, cast: Cast) -> Article:
        rng = self._rng(key)
        published = moment_on(day, NEWS_HOURS, rng, self.last)
        edited = published + timedelta(minutes=rng.randrange(5, 180))
        modified = edited if rng.random() < 0.15 and edited <= self.last else published
        return Article(
            key=key,
            group=text.group,
            outlet=outlet,
            section=text.section,
            title=cast.fill(headline.title),
            sapo=cast.fill(headline.sapo),
            body=[cast.fill(paragraph) for paragraph in text.body],
            author=text.author,
            published=published,
            modified=modified,
            labels=filled(text.labels, cast),
            number=self.number(published, rng),
        )

    def article(self, text: WrittenArticle, day: date, cast: Cast) -> Article:
        """The text in the newspaper that prints it, with its comments."""
        outlet = self._outlet(text, cast, self._rng(f"{text.key}:outlet"))
        article = self._print(text, text.key, outlet, Headline(title=text.title, sapo=text.sapo), day, cast)
        article.comments = [self._comment(comment, article.published, 3, cast) for comment in text.comments]
        return article

    def copies(self, text: WrittenArticle, day: date, cast: Cast) -> Iterator[Article]:
        """The text in every newspaper, each time under a title of its own and by the paper's own hand."""
        heads = self._rng(f"{text.key}:heads").sample(text.variants, len(self.outlets.regional))
        yield self._print(text, text.key, self.outlets.main, Headline(title=text.title, sapo=text.sapo), day, cast)
        for number, (paper, head) in enumerate(zip(self.outlets.regional, heads, strict=True), 2):
            copy = self._print(text, f"{text.key}-{number}", paper, head, day, cast)
            copy.author = f"PV {paper.name}"
            yield copy

    def dead_links(self, plan: Plan) -> list[DeadLink]:
        """Addresses that lead nowhere, spread over all days."""
        rng = self._rng("dead ends")
        links = []
        for end, index in zip(plan.dead_ends, spread(len(plan.dead_ends), everyday(self.day0), rng), strict=True):
            published = moment_on(self.day0 - timedelta(days=DAYS - index), NEWS_HOURS, rng, self.last)
            links.append(DeadLink(end.answer, self.outlets.main, end.section, end.title, published, self.number(published, rng)))
        return links
