"""Places that a text names without being about them: a deputy's constituency, a photographer, a signature, a newspaper's own address."""

import re
from collections.abc import Iterator
from dataclasses import replace

from langnghe.documents import Kind
from nlp.places.candidates import Candidate
from nlp.places.reading import Words

LESS = "less"
"""Cue of a place that counts only where a text names no other."""
LEAST_ARTICLE = 400
"""Characters of a text that a newspaper signs."""

_SMALL = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
_BIG = f"[A-Z{_SMALL.upper()}]"
_LETTER = r"[^\W\d_]"
_NAME = rf"(?:{_BIG}{_LETTER}*\.?[ \-–]*){{1,6}}"
_TITLES = "[Bb]í thư|[Pp]hó [Bb]í thư|[Bb]í thư thường trực"
_COMMITTEES = "[Tt]ỉnh ủy|[Tt]ỉnh uỷ|[Tt]hành ủy|[Tt]hành uỷ|[Tt]ỉnh đoàn|[Tt]hành đoàn"
_NEWSPAPER = rf"[Tt]òa soạn|[Tt]oà soạn|\b[Bb]áo {_BIG}|[Cc]hương trình|[Đđ]óng góp|[Ủủ]ng hộ|[Tt]ài khoản|[Tt]rụ sở báo|[Hh]otline"
_ADDRESS = rf"(?P<place>\b(?:số\s*)?\d+[A-Za-z]?(?:[-/]\d+)*\s+{_BIG}[^,.;\n]{{2,40}},[^;\n]{{2,90}}?)(?=\.\s|\.$|;|\n|\)|$)"

_PICTURE = "[Ảả]nh(?: minh h[ọo]a| minh hoạ)?|ẢNH|[Đđ]ồ h[ọo]a|[Nn]guồn ảnh"

_PICTURES = ("Ảnh", "ảnh:", "ảnh minh", "ẢNH", "Đồ h", "đồ h", "guồn ảnh", "lip:", "ideo:")

_NOTHING = [
    # "đại biểu Lê Quân (TP Hà Nội)", "ĐB Nguyễn Thị Sửu, đoàn Thừa Thiên Huế": who elected a deputy.
    (
        ("ại biểu", "ĐB"),
        rf"\b(?:[Đđ]ại biểu|ĐBQH|ĐB)\s+(?:Quốc hội\s+|QH\s+)?{_NAME}(?P<place>\([^()\n]{{2,60}}\)|,\s*[Đđ]oàn\s[^,.\n]{{2,50}})",
    ),
    # "một đại biểu đoàn Lạng Sơn nói": the speaker's, not the subject's.
    (("ại biểu",), r"\b(?P<place>[Đđ]ại biểu đoàn (?:ĐBQH |tỉnh |TP |thành phố )*[^,.;:()\n]{2,18})"),
    # Where a lawyer is admitted, a firm has its seat, a book was printed.
    (("uật sư",), r"\b(?P<place>[Đđ]oàn [Ll]uật sư\s[^,.;:()\n]{0,6}\.?[^,.;:()\n]{2,30})"),
    (("ty luật", "ty Luật", "òng luật", "òng Luật"), r"\b(?P<place>(?:[Cc]ông ty|[Vv]ăn phòng) [Ll]uật[^,.;:()\n]{2,60})"),
    (("NXB", "xuất bản"), r"\b(?P<place>(?:NXB|[Nn]hà xuất bản)\s[^,;()\n]{2,30})"),
    # Who took a picture or drew it.
    (
        _PICTURES,
        rf"(?P<place>\b(?:{_PICTURE}|[Cc]lip|[Vv]ideo)\s*:\s*[^.;()\n\]]{{2,60}})",
    ),
    # "Hà Nội, ngày 12 tháng 5": where a paper was signed.
    (
        (", ngày",),
        rf"(?:^|\n|[.;\"“]\s*)(?P<place>(?!Tại |Ở |Từ |Sáng |Chiều |Theo ){_BIG}[^.;,\n]{{1,25}}),\s*ngày\s*\d{{1,2}}\s*(?:tháng|[/-])",
    ),
    # A newspaper's or a fund's own address.
    (
        ("òa soạn", "oà soạn", "áo ", "hương trình", "óng góp", "ng hộ", "ài khoản", "rụ sở báo", "otline"),
        rf"(?:{_NEWSPAPER})[^\n]{{0,160}}?{_ADDRESS}",
    ),
]
"""What stands in a text where a form may fit, and the form: looking for the former first is 20 times as fast."""
_LESS = [
    # A title says whose a person is, not what the piece is about.
    (("í thư",), rf"\b(?P<place>(?:{_TITLES}) (?:{_COMMITTEES})\s[^,.;:()\n]{{2,18}})"),
    (
        ("guyên ",),
        r"\b(?P<place>[Nn]guyên (?:[Gg]iám đốc|[Pp]hó [Gg]iám đốc|[Cc]hủ tịch|[Pp]hó [Cc]hủ tịch|[Tt]rưởng)[^,.;:()\n]{2,26})",
    ),
    # What a picture shows: its story may play elsewhere.
    (_PICTURES, rf"(?:^|\n|[.!?]\s+)(?P<place>[^.!?\n]{{10,200}}[.,]?\s*\(?(?:{_PICTURE})\s*:)"),
]
_SIGNATURE = re.compile(rf"(?:\n|[.!?”\")]\s+)(?P<place>{_BIG}{{2,}}(?:[ \-–/,&.]+{_BIG}+){{0,7}})\s*$")
_BYLINE = re.compile(rf"\n\s*(?P<place>{_BIG}{_LETTER}+(?:[ \-–]+{_BIG}{_LETTER}+){{1,5}})\s*$")

Range = tuple[int, int]
Form = tuple[tuple[str, ...], re.Pattern[str]]


def _compiled(forms: list[tuple[tuple[str, ...], str]]) -> list[Form]:
    return [(signs, re.compile(pattern)) for signs, pattern in forms]


_NOTHING_FORMS, _LESS_FORMS = map(_compiled, (_NOTHING, _LESS))


def _ranges(forms: list[Form], text: str) -> list[Range]:
    fitting = [form for signs, form in forms if any(sign in text for sign in signs)]
    return [match.span("place") for form in fitting for match in form.finditer(text)]


def _signatures(text: str) -> Iterator[Range]:
    """Who wrote an article: names in capitals at its end, or alone on its last line."""
    if len(text) >= LEAST_ARTICLE:
        tail = max(len(text) - 120, 0)
        yield from (match.span("place") for form in (_SIGNATURE, _BYLINE) if (match := form.search(text, tail)))


def _inside(candidate: Candidate, ranges: list[Range]) -> bool:
    start, end = candidate.words.starts[candidate.start], candidate.words.ends[candidate.end - 1]
    return any(first <= start and end <= last for first, last in ranges)


def without_asides(candidates: list[Candidate], words: Words, kind: Kind) -> list[Candidate]:
    """The names of one field without those that say nothing of what it is about; what says less counts where nothing else does."""
    if not candidates:
        return []
    text = words.text
    nothing = [*_ranges(_NOTHING_FORMS, text), *(_signatures(text) if kind == Kind.news and not words.shouted else ())]
    less = _ranges(_LESS_FORMS, text)
    kept = [candidate for candidate in candidates if not _inside(candidate, nothing)]
    return [replace(candidate, cue=LESS) if _inside(candidate, less) else candidate for candidate in kept]
