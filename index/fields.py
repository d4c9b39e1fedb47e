"""``field:value`` and the command line's filters: names that people write, turned into ids and codes."""

from collections.abc import Sequence

from index.lexicon import Lexicon, folded_name
from langnghe.errors import WrongCall
from langnghe.places import Places


class KnownFields:
    """The fields of a query, as :class:`index.query.Fields` asks for them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._names = {folded_name(name): field for field, names in lexicon.search.fields.items() for name in [field, *names]}

    def knows(self, name: str) -> bool:
        """Whether there is a field of that folded name."""
        return folded_name(name) in self._names

    def resolve(self, name: str, value: str) -> tuple[str, tuple[str, ...]] | None:
        """(field, ids) of a folded field name and a value, or None where there is no such value."""
        field = self._names[folded_name(name)]
        values = self._values(field, value.strip(" ,;."))
        return (field, values) if values else None

    def _values(self, field: str, value: str) -> tuple[str, ...]:
        if field == "province":
            return province_codes(value.replace("_", " "), self._lexicon.places)
        if field == "topic":
            return self._lexicon.topic_ids(value)
        if field == "source":
            return (value,) if value and " " not in value else ()
        return self._lexicon.label_ids(field, value)


def province_codes(name: str, places: Places) -> tuple[str, ...]:
    """Codes to filter by for a province of today or before; nothing where there is no such province.

    One of today includes those it was made of, since a document carries both codes; one of before that lives on alone is today's.
    """
    province = places.by_name(name)
    if province is None:
        return ()
    today = places.province(places.today_of(province.id))
    return (today.id,) if today.members == [province.id] else (province.id,)


def provinces(names: Sequence[str], places: Places) -> tuple[str, ...]:
    """Codes for a filter's names or codes.

    Raises:
        WrongCall: naming the provinces there are.
    """
    return tuple(code for name in names for code in _known("province", name, province_codes(name, places), [p.name for p in places.of_34]))


def topics(values: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """Ids for a filter's topics or subtopics: ids, or names as people write them.

    Raises:
        WrongCall: naming the topics there are.
    """
    return tuple(topic for value in values for topic in _known("topic", value, lexicon.topic_ids(value), list(lexicon.labels.by_id)))


def labels(field: str, values: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """Ids for a filter's sentiments, intents or kinds.

    Raises:
        WrongCall: naming the labels there are.
    """
    known = lexicon.known(field)
    return tuple(label for value in values for label in _known(field, value, lexicon.label_ids(field, value), known))


def _known(what: str, value: str, found: tuple[str, ...], known: Sequence[str]) -> tuple[str, ...]:
    if not found:
        raise WrongCall(f"unknown {what} {value!r}", f"Use one of: {', '.join(known)}.")
    return found
