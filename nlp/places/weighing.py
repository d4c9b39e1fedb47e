"""Doubtful names settled by the certain ones around them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from langnghe.folding import canonical
from langnghe.places import Places
from nlp.places.judging import PLACE_CUES, TYPE_CUES, Candidate, Verdict
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
    people = {_tokens(candidate) for candidate in candidates if candidate.cue == "person" and candidate.verdict is Verdict.nothing}
    return [c for c in candidates if c.verdict is not Verdict.nothing and (c.cue in PLACE_CUES or _tokens(c) not in people)]


def _in_their_address(candidates: list[Candidate], places: Places) -> list[Candidate]:
    """Without the communes and small districts that an address puts elsewhere: "xã Hợp Thịnh, huyện Kỳ Sơn, tỉnh Hòa Bình"."""
    elsewhere = {id(one) for one, following in pairwise(candidates) if _put_elsewhere(one, following, places)}
    return [one for one in candidates if id(one) not in elsewhere]


def _put_elsewhere(candidate: Candidate, following: Candidate, places: Places) -> bool:
    """Whether the name that follows in an address is a place of another province."""
    small = all(entry.role == "commune" or (entry.role == "district" and entry.type not in _CITIES) for entry in candidate.entries)
    if not small or candidate.cue in TYPE_CUES or following.words is not candidate.words or following.start - candidate.end > _BESIDE:
        return False
    sure = following.verdict is Verdict.place or following.cue in TYPE_CUES
    return sure and candidate.words.gaps[candidate.end].strip() in (",", "(", "-") and not _fitting(candidate, set(following.provinces), places)


def _aside(candidate: Candidate, before: Candidate | None) -> bool:
    """Whether a place is only where somebody goes or is treated: "lên TP.HCM", "Bệnh viện Nhi đồng 2, TP.HCM"."""
    if candidate.cue == "towards":
        return True
    beside = before is not None and before.words is candidate.words and 0 <= candidate.start - before.end <= _BESIDE
    return beside and before is not None and _is_hospital(before) and bool(set(before.provinces) & set(candidate.provinces))


def weigh(candidates: list[Candidate], names: Names) -> list[Named]:
    """The names that are places, in order of the text.

    A doubtful name counts where a certain one, or another doubtful one near by, stands for one of its provinces. Where somebody goes
    or is treated counts only if the text names no other place, and a hospital, which treats people from elsewhere, only after that.
    """
    known = _in_their_address(_without_people(candidates), names.places)
    certain = [c for c in known if c.verdict is Verdict.place and not _is_hospital(c)]
    provinces = {province for c in certain for province in c.provinces}
    accepted = [Named(c, entry) for c in known for entry in _accepted(c, c in certain, provinces, known, names.places)]
    before = dict(zip(map(id, known[1:]), known, strict=False))
    about = [named for named in accepted if not _aside(named.candidate, before.get(id(named.candidate)))]
    return about or accepted or list(_hospitals(known, names))


def _accepted(candidate: Candidate, certain: bool, provinces: set[str], known: list[Candidate], places: Places) -> Iterator[Entry]:
    if certain:
        yield candidate.entries[0]
    elif not _is_hospital(candidate):
        fitting = _fitting(candidate, provinces, places) or _fitting(candidate, _near(candidate, known), places)
        if len({entry.province for entry in fitting}) == 1:
            yield fitting[0]


def _fitting(candidate: Candidate, provinces: set[str], places: Places) -> list[Entry]:
    """What of a name's meanings lies in ``provinces``, by either map."""
    fitting = [entry for entry in candidate.entries if entry.province in provinces]
    if fitting:
        return fitting
    today = {places.today_of(province) for province in provinces}
    return [entry for entry in candidate.entries if places.today_of(entry.province) in today]


def _near(candidate: Candidate, known: list[Candidate]) -> set[str]:
    """Provinces for which another doubtful name near by may stand; not those of hospitals."""
    others = [other for other in known if other.words is candidate.words and abs(other.start - candidate.start) <= NEAR]
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
