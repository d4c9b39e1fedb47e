"""What words of a query mean beyond themselves: other ways to write them, provinces, intents and topics."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from index.tokens import Token, words
from langnghe.config_files import default_config_dir, load
from langnghe.documents import Kind
from langnghe.folding import fold
from langnghe.labels import Label, Labels, load_labels
from langnghe.lexicon import load_abbreviations
from langnghe.places import Places, load_places

Form = tuple[tuple[str, str], ...]
"""The (exact, folded) tokens of one way to write something."""


Labelling = tuple[str, tuple[str, ...]]
"""A field of the index and the values in it that say something."""


class SearchWords(BaseModel):
    """``config/lexicon/search.yaml``."""

    model_config = ConfigDict(extra="forbid")

    optional_words: list[str]
    optional_without_marks: list[str]
    domain: dict[str, list[str]]
    compounds: list[str]
    newest: list[str]
    intents: dict[str, list[str]]
    sentiments: dict[str, list[str]]
    audiences: dict[str, list[str]]
    kind_words: dict[Kind, list[str]]
    topics: dict[str, list[str]]
    fields: dict[str, list[str]]
    kinds: dict[Kind, list[str]]


@dataclass(frozen=True)
class Meaning:
    """What a stretch of words means: other forms of it, and the labels that say the same."""

    kind: str
    """same, compound, domain, place, who, wish, topic, newest, optional."""
    forms: tuple[Form, ...] = ()
    labels: tuple[Labelling, ...] = ()


@dataclass
class Dictionary:
    """Meanings by the words that carry them; the longest match from a word on wins."""

    entries: dict[str, list[tuple[Form, Meaning]]] = field(default_factory=dict)

    def add(self, text: str, meaning: Meaning, *, first: bool = False) -> None:
        """Let the words of ``text`` carry a meaning, before or after those they carry already."""
        form = tuple(words(text))
        if form:
            found = self.entries.setdefault(form[0][1], [])
            found.insert(0 if first else len(found), (form, meaning))

    def at(self, tokens: Sequence[Token]) -> Iterator[tuple[int, Meaning]]:
        """(number of tokens, meaning) of what begins with the first token, longest first."""
        found = self.entries.get(tokens[0].folded, []) if tokens else []
        fitting = [(len(form), meaning) for form, meaning in found if len(form) <= len(tokens) and _fits(form, tokens)]
        yield from sorted(fitting, key=lambda item: -item[0])


def _fits(form: Form, tokens: Sequence[Token]) -> bool:
    """Whether the tokens are the form, typed with its marks or without any."""
    return all(token.exact in pair for pair, token in zip(form, tokens, strict=False))


class Lexicon:
    """All that the search box understands, for one configuration folder."""

    def __init__(self, search: SearchWords, labels: Labels, places: Places, config_dir: Path | None) -> None:
        self.search, self.labels, self.places, self.config_dir = search, labels, places, config_dir
        self.meanings, self.optional = Dictionary(), Dictionary()
        self.topics = Dictionary()
        self._add_provinces()
        self._add_equivalents(config_dir)
        self._add_wishes()
        self._add(self.meanings, search.newest, Meaning("newest"))
        self._add_domain()
        self._add(self.meanings, search.compounds, Meaning("compound"))
        self._add_optional()
        for topic, texts in self._topic_words().items():
            for text in texts:
                self.topics.add(self.shortest(text), Meaning("topic", (), (("topics", (topic,)),)))

    @staticmethod
    def _add(dictionary: Dictionary, texts: Iterable[str], meaning: Meaning) -> None:
        for text in texts:
            dictionary.add(text, meaning)

    def _add_optional(self) -> None:
        self._add(self.optional, self.search.optional_words, Meaning("optional"))
        # "la" may be là, lạ or la: one syllable counts as optional only with its marks.
        for found in self.optional.entries.values():
            found[:] = [(tuple((exact, exact) for exact, _ in form) if len(form) == 1 else form, meaning) for form, meaning in found]
        self._add(self.optional, self.search.optional_without_marks, Meaning("optional"))

    def _add_domain(self) -> None:
        """Names of the insurances: what concerns them has these, health insurance by its topics."""
        of_health = tuple(topic.id for topic in self.labels.topics if topic.id.startswith("hi_") or topic.id == "law_hi_amendment")
        labels: dict[str, Labelling] = {"bhxh": ("relevant", ("yes",)), "bhyt": ("topics", of_health)}
        for name, texts in self.search.domain.items():
            for text in texts:
                forms = next((meaning.forms for _, meaning in self.meanings.at(_as_tokens(text)) if meaning.kind == "same"), ())
                self.meanings.add(text, Meaning("domain", forms, (labels[name],)), first=True)

    def _add_wishes(self) -> None:
        """Words that say what kind of piece is wanted, and of whom; one word may say several things."""
        said: dict[str, dict[str, list[str]]] = {}
        groups: dict[str, dict[Any, list[str]]] = {
            "intent": self.search.intents,
            "sentiment": self.search.sentiments,
            "audience": self.search.audiences,
            "kind": self.search.kind_words,
        }
        for name, words_by_label in groups.items():
            for label, texts in words_by_label.items():
                if name != "kind":
                    self.labels.check(name, label)
                for text in texts:
                    said.setdefault(text, {}).setdefault(name, []).append(str(label))
        for text, by_field in said.items():
            kind = "who" if set(by_field) == {"audience"} else "wish"
            self.meanings.add(text, Meaning(kind, (), tuple((name, tuple(labels)) for name, labels in by_field.items())))

    def _add_equivalents(self, config_dir: Path | None) -> None:
        content = load_abbreviations(config_dir)
        for group in [*content.abbreviations, *content.teencode]:
            forms = tuple(tuple(words(text)) for text in group.forms)
            self._add(self.meanings, [*group.forms, *group.also], Meaning("same", forms))

    def _add_provinces(self) -> None:
        for province in self.places.of_63:
            # A word that names a province today and before means both; the filter by today's includes those of before.
            today = self.places.province(province.today)
            codes = (today.id, province.id) if today.name == province.name else (province.id,)
            short = [alias.text for alias in province.aliases if alias.risk == "safe" and alias.kind in ("abbr", "old", "english")]
            forms = dict.fromkeys(tuple(words(text)) for text in [province.name, *short])
            # "BHXH Đồng Nai" is two things to look for; a capital stands for itself.
            known = [alias.text for alias in province.aliases if alias.risk in ("safe", "cue") and alias.kind not in ("capital", "bhxh")]
            self._add(self.meanings, [province.name, *known], Meaning("place", tuple(forms), (("provinces", codes),)))

    def _topic_words(self) -> dict[str, list[str]]:
        for topic in self.search.topics:
            self.labels.check("topics" if topic in {label.id for label in self.labels.topics} else "subtopics", topic)
        named = {label.id: [label.vi] for label in self.labels.by_id.values() if label.id != "other"}
        return {topic: [*names, *self.search.topics.get(topic, [])] for topic, names in named.items()}

    def shortest(self, text: str) -> str:
        """A text with every abbreviated thing in its shortest form: topics are compared so."""
        return " ".join(exact for exact, _ in self._shortened(_as_tokens(text)))

    def _shortened(self, tokens: Sequence[Token]) -> list[tuple[str, str]]:
        done: list[tuple[str, str]] = []
        at = 0
        while at < len(tokens):
            known = self.meanings.at(tokens[at:])
            length, meaning = next(((n, m) for n, m in known if m.forms and m.kind in ("same", "domain")), (1, None))
            done += meaning.forms[0] if meaning else [(tokens[at].exact, tokens[at].folded)]
            at += length
        return done

    def topic_ids(self, value: str) -> tuple[str, ...]:
        """Topics or subtopics that a written value means: an id, a name, or words of the lexicon."""
        if value in self.labels.by_id:
            return (value,)
        tokens = _as_tokens(self.shortest(value.replace("_", " ")))
        return tuple(dict.fromkeys(meaning.labels[0][1][0] for length, meaning in self.topics.at(tokens) if length == len(tokens)))

    def known(self, name: str) -> list[str]:
        """Ids of all sentiments, intents, kinds and so on."""
        if name == "kind":
            return list(Kind)
        labels: list[Label] | list[str] = getattr(self.labels, name)
        return [label if isinstance(label, str) else label.id for label in labels]

    def _written(self, name: str, label: str) -> list[str]:
        """Ways to write a label."""
        search = self.search
        more: dict[str, dict[Any, list[str]]] = {
            "kind": search.kinds,
            "sentiment": search.sentiments,
            "intent": search.intents,
            "audience": search.audiences,
        }
        named = [known.vi for known in getattr(self.labels, name, []) if isinstance(known, Label) and known.id == label]
        return [label, *named, *more.get(name, {}).get(label, [])]

    def label_ids(self, name: str, value: str) -> tuple[str, ...]:
        """Ids of the labels of a group that a written value means."""
        plain = _plain(value)
        return tuple(label for label in self.known(name) if plain in map(_plain, self._written(name, label)))


def _plain(text: str) -> str:
    return " ".join(folded for _, folded in words(text.replace("_", " ")))


def _as_tokens(text: str) -> list[Token]:
    return [Token(exact, folded, 0, 0) for exact, folded in words(text)]


@cache
def load_lexicon(config_dir: Path | None = None) -> Lexicon:
    """The lexicon of a configuration folder (None: the one that came with the program)."""
    search = load((config_dir or default_config_dir()) / "lexicon" / "search.yaml", SearchWords)
    return Lexicon(search, load_labels(config_dir), load_places(config_dir), config_dir)


def folded_name(name: str) -> str:
    """The name of a field as it is compared."""
    return fold(name).strip("_")
