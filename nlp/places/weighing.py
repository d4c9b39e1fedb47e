"""Doubtful names settled by the certain ones around them."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise

from langnghe.folding import canonical
from langnghe.places import Places
from nlp.places.asides import LESS
from nlp.places.candidates import PLACE_CUES, TYPE_CUES, Candidate, Verdict
from nlp.places.cues import TITLES
from nlp.places.names import Entry, Names

NEAR = 15
"""Words within which two doubtful names of one province support each other."""
_BESIDE = 2
"""Words (such as "huyện", "tỉnh") from a hospital or a place to the larger one that it is said to lie in."""
_CITIES = ("thành phố", "thị xã")


@dataclass(frozen=True)
class Named:
    """A name that is a place, and which one."""

    candidate: Candidate
    entry: Entry


def _is_hospital(candidate: Candidate) -> bool:
    return any(entry.role == "landmark" and entry.type.startswith("hospital") for entry in candidate.entries)


def _tokens(candidate: Candidate) -> tuple[str, ...]:
    return tuple(candidate.words.exact[candidate.start : candidate.end])


def _without_people(candidates: list[Candidate]) -> list[Candidate]:
    """Without the later mentions of somebody whom a title introduced as a person ("chị Huế ... Huế kể")."""
    people = {_tokens(candidate) for candidate in candidates if candidate.cue in TITLES and candidate.verdict is Verdict.nothing}
    return [c for c in candidates if c.verdict is not Verdict.nothing and (c.cue in PLACE_CUES or _tokens(c) not in people)]


def _in_their_address(candidates: list[Candidate], places: Places) -> list[Candidate]:
    """The names as an address explains them: "Hòa Bình (Bạc Liêu)" is a district, "xã Hợp Thịnh, tỉnh Hòa Bình" not the one elsewhere."""
    if not candidates:
        return []
    explained = [_explained(one, following) for one, following in pairwise(candidates)]
    following = candidates[1:]
    kept = [
        one for one, after in zip(explained, following, strict=True) if not (_put_elsewhere(one, after, places) or _namesake(one, after))
    ]
    return [*kept, candidates[-1]]


def _enumerated(candidates: list[Candidate]) -> list[Candidate]:
    """Doubtful provinces in a list with a certain one are certain too: "các tỉnh Lào Cai, Yên Bái, Cao Bằng"."""
    for order in (1, -1):
        candidates = candidates[::order]
        for at, (one, following) in enumerate(pairwise(candidates)):
            if one.verdict is Verdict.place and following.verdict is Verdict.perhaps and _in_one_list(one, following):
                candidates[at + 1] = replace(following, verdict=Verdict.place)
        candidates = candidates[::order]
    return candidates


def _in_one_list(one: Candidate, other: Candidate) -> bool:
    first, second = sorted((one, other), key=lambda candidate: candidate.start)
    provinces = all(candidate.entries[0].role == "province" and len(candidate.provinces) == 1 for candidate in (one, other))
    return provinces and one.words is other.words and first.end == second.start and first.words.gaps[second.start].strip() == ","


def _in_one_address(candidate: Candidate, following: Candidate) -> bool:
    """Whether the name that follows is that of the larger place around."""
    near = following.words is candidate.words and following.start - candidate.end <= _BESIDE
    sure = following.verdict is Verdict.place or following.cue in TYPE_CUES
    return near and sure and candidate.words.gaps[candidate.end].strip() in (",", "(", "-")


def _explained(candidate: Candidate, following: Candidate) -> Candidate:
    district = tuple(entry for entry in candidate.also if entry.province in following.provinces)
    return replace(candidate, entries=district) if district and _in_one_address(candidate, following) else candidate


def _namesake(candidate: Candidate, following: Candidate) -> bool:
    """Whether a hospital has the name of one elsewhere: "viện Hùng Vương Phú Thọ" is not that of the city."""
    beside = following.words is candidate.words and following.start == candidate.end
    sure = following.verdict is Verdict.place and candidate.words.gaps[candidate.end].strip() in ("", "(")
    return beside and sure and _is_hospital(candidate) and not set(following.provinces) & set(candidate.provinces)


def _put_elsewhere(candidate: Candidate, following: Candidate, places: Places) -> bool:
    """Whether the name that follows in an address is a place of another province."""
    small = all(entry.role == "commune" or (entry.role == "district" and entry.type not in _CITIES) for entry in candidate.entries)
    if not small or candidate.cue in TYPE_CUES or not _in_one_address(candidate, following):
        return False
    return not _fitting(candidate, set(following.provinces), places)


def _without_namesakes(candidates: list[Candidate], names: Names) -> list[Candidate]:
    """Without districts of which a province that the text is about has a commune of the same name: Thuận An of Huế."""
    today_of = names.places.today_of
    said = {today_of(c.entries[0].province) for c in candidates if c.verdict is Verdict.place and _is_its_subject(c)}
    if not said or not any(map(_may_be_namesake, candidates)):
        return candidates
    speaking: dict[str, set[tuple[str, ...]]] = {}
    for one in candidates:
        for province in one.provinces:
            speaking.setdefault(today_of(province), set()).add(_tokens(one))

    def is_namesake(one: Candidate) -> bool:
        """Whether no other name of the text speaks for the district's own province."""
        if not _may_be_namesake(one) or not names.communes.lies_in(one.entries[0].name) & said:
            return False
        return all(speaking[today_of(province)] == {_tokens(one)} for province in one.provinces)

    return [one for one in candidates if not is_namesake(one)]


def _is_its_subject(candidate: Candidate) -> bool:
    """Whether it is a province that a text may be about, not somebody's home."""
    return candidate.entries[0].role == "province" and candidate.words.exact[candidate.start - 1] != "quê"


def _may_be_namesake(candidate: Candidate) -> bool:
    sure = candidate.cue in TYPE_CUES or candidate.rather is not None or candidate.words.plain
    return candidate.entries[0].role == "district" and not sure


def weigh(candidates: list[Candidate], names: Names, around: AbstractSet[str] = frozenset()) -> list[Named]:
    """The names that are places, in order of the text; ``around``: the provinces that its article, thread or outlet is about.

    A doubtful name counts where a certain one, or another doubtful one near by, stands for one of its provinces. What says less than
    others (see :mod:`nlp.places.asides`) counts only if the text names no other place, and a hospital, which treats people from
    elsewhere, only after that or where the text says that somebody goes or lies there.
    """
    known = _in_their_address(_without_people(candidates), names.places)
    known = _enumerated(known)
    known = _without_namesakes(known, names)
    certain = {id(c) for c in known if c.verdict is Verdict.place and not _is_hospital(c)}
    provinces = {province for c in known if id(c) in certain for province in c.provinces}
    accepted = [
        Named(c, entry) for at, c in enumerate(known) for entry in _accepted(at, known, id(c) in certain, (provinces, around), names.places)
    ]
    about = [named for named in accepted if named.candidate.cue != LESS]
    hospitals = list(_hospitals(known, names))
    said = about or accepted or hospitals
    have = {named.entry.province for named in said}
    return [
        *said,
        *(one for one in hospitals if one.entry.province not in have and names.short.visited(one.candidate.words, one.candidate.start)),
    ]


def _accepted(at: int, known: list[Candidate], certain: bool, said: tuple[AbstractSet[str], ...], places: Places) -> Iterator[Entry]:
    candidate = known[at]
    if certain:
        yield candidate.entries[0]
    elif not _is_hospital(candidate):
        here, around = said
        fitting = next(filter(None, (_fitting(candidate, provinces, places) for provinces in (here, _near(at, known), around))), [])
        if len({entry.province for entry in fitting}) == 1:
            yield fitting[0]
        elif candidate.rather is not None:
            yield candidate.rather


def _fitting(candidate: Candidate, provinces: AbstractSet[str], places: Places) -> list[Entry]:
    """What of a name's meanings lies in ``provinces``, by either map."""
    fitting = [entry for entry in candidate.entries if entry.province in provinces]
    if fitting:
        return fitting
    today = {places.today_of(province) for province in provinces}
    return [entry for entry in candidate.entries if places.today_of(entry.province) in today]


def _near(at: int, known: list[Candidate]) -> set[str]:
    """Provinces for which another doubtful name near by may stand; not those of hospitals."""
    candidate = known[at]
    others = [c for c in known[max(at - NEAR, 0) : at + NEAR] if c.words is candidate.words and abs(c.start - candidate.start) <= NEAR]
    return {
        province for other in others if _tokens(other) != _tokens(candidate) and not _is_hospital(other) for province in other.provinces
    }


def _hospitals(known: list[Candidate], names: Names) -> Iterator[Named]:
    """Hospitals as the last resort; one of the whole nation if its name has the province's in it."""
    for candidate in filter(_is_hospital, known):
        entry = candidate.entries[0]
        province = canonical(names.places.province(entry.province).name)
        said = province in " ".join(_tokens(candidate))
        if entry.risk != "weak" or said or names.national_hospitals_say_where:
            yield Named(candidate, entry)
