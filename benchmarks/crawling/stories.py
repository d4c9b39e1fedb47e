"""The threshold of copies, chosen on labelled pairs of texts.

Copies are made of the samples' articles in the ways in which papers copy each other; no copies are different articles on one concern,
and notices that share a form. A pair counts as found where the texts share a band and are at least as similar as the threshold.

    python -m benchmarks.crawling.stories
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from langnghe.stories import SAME_STORY, bands, signature, similarity

CORPUS = Path(__file__).parents[2] / "crawlers" / "samples" / "corpus"
NOTICE = (
    "Thông báo về việc chi trả lương hưu và trợ cấp bảo hiểm xã hội tháng {month} năm {year} trên địa bàn {place}. Bảo hiểm xã hội {place} "
    "thông báo đến người hưởng: thời gian chi trả tại điểm từ ngày {day} đến hết ngày {end} tháng {month}, qua tài khoản cá nhân từ ngày "
    "{day}. Người hưởng chưa nhận được liên hệ {contact} để được hướng dẫn. {extra}"
)
EXTRA = (
    "Tháng này chi trả gộp hai kỳ nhân dịp Tết, đề nghị người hưởng mang theo căn cước và đến đúng khung giờ ghi trên giấy hẹn của xã.",
    "Do ảnh hưởng của bão, các điểm chi trả ở vùng thấp chuyển đến nhà văn hóa thôn, thời gian cụ thể do bưu điện xã thông báo trên loa.",
    "Từ tháng này mức lương hưu được điều chỉnh tăng theo nghị định mới, phần chênh lệch của tháng trước được trả bù trong kỳ.",
)


@dataclass(frozen=True)
class Piece:
    """An article of the samples."""

    group: str | None
    title: str
    lead: str
    body: list[str]

    @property
    def text(self) -> str:
        """Title, lead and body."""
        return "\n".join((self.title, self.lead, *self.body))


def pieces() -> list[Piece]:
    """The samples' articles."""
    found = []
    for name in ("articles", "planted"):
        for line in (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.get("type", "article") == "article" and row.get("body"):
                found.append(Piece(row["group"], row["title"], row["sapo"], row["body"]))
    return found


def _sentences(body: list[str]) -> list[str]:
    return [f"{sentence.strip()}." for paragraph in body for sentence in paragraph.split(". ") if sentence.strip()]


def _spelled_out(text: str) -> str:
    for short, long in (
        ("BHXH", "bảo hiểm xã hội"),
        ("BHYT", "bảo hiểm y tế"),
        ("TP.HCM", "Thành phố Hồ Chí Minh"),
        ("UBND", "ủy ban nhân dân"),
    ):
        text = text.replace(short, long)
    return text


def _fewer(piece: Piece, chance: random.Random) -> str:
    return " ".join(sentence for sentence in _sentences(piece.body) if chance.random() < 0.75)


WAYS: dict[str, Callable[[Piece, Piece, random.Random], str]] = {
    "whole, with the copier's name": lambda one, _, __: f"{one.text}\nTheo Báo Bạn",
    "another title and lead": lambda one, other, _: "\n".join((other.title, other.lead, *one.body)),
    "cut to six tenths": lambda one, _, __: f"{one.title}\n" + " ".join(_sentences(one.body)[: round(len(_sentences(one.body)) * 0.6)]),
    "one sentence in four left out": lambda one, _, chance: f"{one.title}\n{_fewer(one, chance)}",
    "a paragraph of background added": lambda one, other, _: f"{one.text}\n{other.body[0]}",
    "abbreviations spelled out": lambda one, _, __: _spelled_out(one.text),
}


def copies(found: list[Piece]) -> Iterator[tuple[str, str, str]]:
    """Pairs that are one story: the way of copying, and the two texts."""
    chance = random.Random(4)  # noqa: S311
    for number, piece in enumerate(found):
        other = found[(number + 37) % len(found)]
        yield from ((way, piece.text, copy(piece, other, chance)) for way, copy in WAYS.items())


def others(found: list[Piece]) -> Iterator[tuple[str, str, str]]:
    """Pairs that are two stories: articles on one concern, any two articles, and notices of one form."""
    for one, other in combinations(found, 2):
        yield "one concern" if one.group and one.group == other.group else "any two articles", one.text, other.text
    notices = [
        NOTICE.format(month=month, year=2026, place=place, day=day, end=day + 8, contact=contact, extra=extra)
        for month, day, extra in zip((2, 6, 10), (2, 4, 5), EXTRA, strict=True)
        for place, contact in (("tỉnh Nghệ An", "bưu điện xã"), ("thành phố Cần Thơ", "tổng đài 1900 9068"))
    ]
    yield from (("notices of one form", one, other) for one, other in combinations(notices, 2))


def _alike(one: str, other: str) -> float:
    """Similarity of two texts; 0 where no band leads from one to the other."""
    first, second = signature(one), signature(other)
    if first is None or second is None or not set(bands(first)) & set(bands(second)):
        return 0.0
    return similarity(first, second)


def main() -> None:
    """Print recall by way of copying and false joins by threshold."""
    found = pieces()
    alike = {
        kind: [(way, _alike(one, other)) for way, one, other in pairs]
        for kind, pairs in (("copy", copies(found)), ("other", others(found)))
    }
    ways, kinds = list(WAYS), ["one concern", "any two articles", "notices of one form"]
    print(f"{len(alike['copy'])} pairs of copies, {len(alike['other'])} of others; in use: {SAME_STORY}\n")
    columns = ["threshold", "copies found", *ways, *(f"false: {kind}" for kind in kinds), "F1"]
    print(f"| {' | '.join(columns)} |\n|{' ---: |' * len(columns)}")
    for threshold in (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8):
        hits = [way for way, value in alike["copy"] if value >= threshold]
        wrong = [kind for kind, value in alike["other"] if value >= threshold]
        recall, precision = len(hits) / len(alike["copy"]), len(hits) / max(1, len(hits) + len(wrong))
        shares = [hits.count(way) / len(found) for way in ways]
        cells = [f"{recall:.3f}", *(f"{share:.2f}" for share in shares), *(str(wrong.count(kind)) for kind in kinds)]
        print(f"| {threshold} | {' | '.join(cells)} | {2 * recall * precision / (recall + precision):.3f} |")


if __name__ == "__main__":
    main()
