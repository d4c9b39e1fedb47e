"""People in texts: authors become keyed hashes, numbers and addresses that point to a person are masked before storage."""

import hashlib
import hmac
import re
from collections.abc import Sequence

PHONE, IDENTITY, EMAIL, ADDRESS, CARD = "[số điện thoại]", "[số định danh]", "[email]", "[địa chỉ]", "[số BHXH/BHYT]"

_S = r"[ \t\u00a0.\-–—]{0,3}"
"""What may stand between the digits of one number."""
_ALONE = r"(?<!\d)(?<!\d[.,])"
"""Before a number that no other number leads into."""
_UPPER = "[" + "".join(chr(n) for first, end in ((65, 91), (192, 592), (7840, 7930)) for n in range(first, end) if chr(n).isupper()) + "]"

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# Repeats are bounded: else a text of one endless word would be gone through from each of its letters.
_CARD = re.compile(rf"\b(?:[A-Z]{{2}}{_S}[1-5](?:{_S}\d){{11,13}}|[A-Za-z]{{2}}[1-5](?:{_S}\d){{12}})(?!\d)")
_IDENTITY = re.compile(rf"{_ALONE}0(?:\d{{2}}(?:{_S}\d{{3}}){{3}}|\d{{3}}(?:{_S}\d{{4}}){{2}}|\d{{5}}{_S}\d{{6}})(?!\d)")
_PHONE = re.compile(
    rf"{_ALONE}(?:"
    rf"\(0[2-9]\d{{0,3}}\){_S}\d(?:{_S}\d){{5,7}}"
    rf"|(?:\(\+?84\){_S}0?|\+84{_S}(?:\(0\)|0)?|0084|84|0){_S}"
    rf"(?:[35789](?:{_S}\d){{8}}|2(?:{_S}\d){{8,9}}|[46](?:{_S}\d){{7,8}}|1[2689](?:{_S}\d){{8}})"
    r")(?!\d)"
)

_PERSONAL = r"cccd|cmnd|cmtnd|cmt|căn cước|can cuoc|chứng minh|chung minh|định danh|dinh danh"
_INSURANCE = r"bhxh|bhyt|bảo hiểm xã hội|bảo hiểm y tế|bao hiem xa hoi|bao hiem y te"
_NUMBERED = re.compile(
    rf"(?i)(?P<intro>(?<!\w)(?:"
    rf"(?P<personal>{_PERSONAL})(?:\s+(?:công dân|cong dan|nhân dân|nhan dan|thư|thu|cá nhân|ca nhan))?|(?P<insurance>{_INSURANCE})"
    r"|mã số|ma so|ms|(?:mã|ma|số|so)\s+(?:thẻ|the|sổ)|(?:sổ|thẻ|so|the)\s+(?:bảo hiểm|bao hiem)|sổ"
    r"|(?:và|va)\s+(?:số|so)|(?:số|so)(?=\s+(?:của|cua)\s))"
    r"(?:\s+(?:của|cua)\s+\w+(?:\s+\w+){0,2}?)?(?:\s+(?:là|la|số|so|mang số|cũ|mới))*\s*[:.=(–-]?\s*)"
    rf"(?P<number>\d{{9,13}}(?!\d)|\d(?:{_S}\d){{8,12}})(?!\d)"
)
"""A number and the words that say whose it is; between them "của mẹ tôi là"."""

_SUM = re.compile(
    r"(?i)(?<![\d+])(?<!\d[., ])[1-9]\d*(?:[., \u00a0]\d{3})*(?:[.,]\d+)?\s*"
    r"(?:đồng(?!\s+(?:nghiệp|chí|bào|hương|ý|thời|đội|nai|tháp))|đ(?!/)|vnđ|vnd|tỷ|tỉ|triệu|tr|nghìn|ngàn|usd)(?!\w)"
)
_GROUPED = re.compile(r"(?<![\d.,+])[1-9]\d{0,2}(?:(?:\.\d{3}){2,}|(?:,\d{3}){2,})(?![.,]?\d)")
"""A number in groups of three; no phone or identity number begins with another digit than 0 and is dotted like that."""
_HOTLINE = re.compile(r"\b1[89]00[\s.-]?\d{2,4}(?:[\s.-]?\d{2})?\b")
_DATE = re.compile(rf"{_ALONE}(?:\d{{1,2}}([./-])\d{{1,2}}\1(?:19|20)\d{{2}}|(?:19|20)\d{{2}}-\d{{2}}-\d{{2}})(?!\d)")
_LAW = re.compile(r"(?<![\d/])\d{1,5}/(?:19|20)\d{2}/\w[\w-]*")

_HOUSE = r"\d+[a-z]?(?:/\d+[a-z]?)*"
_NO_STREET = r"(?!\s+(?:dây|sắt|bộ|thủy|thuỷ|huyết|ruột|hô|truyền|lối|cao))"
_ADDRESS = re.compile(
    rf"(?i)\b(?:số nhà|so nha|nhà số|nha so|số|so)\s+{_HOUSE}(?:\s*,)?\s+"
    rf"(?:(?:ngõ|ngách|hẻm|kiệt|đường{_NO_STREET}|phố|ngo|ngach|hem|duong{_NO_STREET}|pho)\s+|(?:tổ|to)\s+(?=\d))[^,.;\n\x00]{{1,40}}"
    rf"|\b(?:địa chỉ|dia chi|đ/c|nhà ở|nha o)\s*:?\s*(?:số\s*)?{_HOUSE}\s+[^,.;\n\x00]{{1,50}}"
)
_STREET = r"(?:[Đđ]ường|[Pp]hố|[Nn]gõ|[Nn]gách|[Hh]ẻm|[Kk]iệt)"
_NAME = rf"(?:{_UPPER}\w*|\d{{1,4}}(?:/\d+)*)"
_BEFORE_STREET = re.compile(
    rf"(?:(?<!\w)(?P<word>\w{{1,30}})[ ,]+)?(?<![\d/.,\w])\d{{1,4}}[A-Za-z]?(?:/\d{{1,4}}[A-Za-z]?)*,?"
    rf"\s+{_STREET}\s+{_NAME}(?:,?\s+{_STREET}\s+{_NAME}|\s+{_UPPER}\w*)*"
)
_NO_HOUSE_AFTER = {
    *("năm", "ngày", "tháng", "quý", "sáng", "trưa", "chiều", "tối", "đêm", "hôm", "hơn", "gần", "khoảng", "có", "các", "trên"),
    *("quận", "phường", "xã", "huyện", "khu", "tổ", "lớp", "ga", "km", "làm", "xây", "mở", "sửa"),
}
"""Words after which a number is a date, a count or a ward's number, not that of a house."""

_DIGITS = re.compile(r"\d")
_MANY_DIGITS = re.compile(r"\d(?:\W{0,7}\d){7}")
"""Numbers that are masked have eight digits or more, with nothing but signs between; most texts have none, and are not looked through."""
_STREET_WORD = re.compile(_STREET)


def _street(match: re.Match[str]) -> str:
    word = match["word"]
    if word and (word.casefold() in _NO_HOUSE_AFTER or word.isdigit()):
        return match.group()
    return match.group()[: match.end("word") - match.start() + 1] + ADDRESS if word else ADDRESS


def _numbered(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match["number"])
    if match["personal"]:
        return match["intro"] + IDENTITY
    years = all(re.fullmatch(r"(?:19|20)\d\d", group) for group in groups)
    if years or _GROUPED.fullmatch(match["number"]) or (match["insurance"] and len(groups) > 4):
        return match.group()
    return match["intro"] + CARD


class _Kept:
    """Parts of a text that no mask may touch, taken out of it for a while."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def take(self, match: re.Match[str]) -> str:
        self._parts.append(match.group())
        return f"\x00{len(self._parts) - 1}\x00"

    def put_back(self, text: str) -> str:
        return re.sub(r"\x00(\d+)\x00", lambda match: self._parts[int(match.group(1))], text)


class Privacy:
    """Hashes and masks with one key, which lives outside the record; earlier keys only recognise what they hashed."""

    def __init__(self, key: bytes, earlier: Sequence[bytes] = ()) -> None:
        self._key = key
        self.earlier = tuple(earlier)

    @property
    def key(self) -> bytes:
        """The key, for a process that works on this one's behalf."""
        return self._key

    def author_hash(self, source: str, name: str | None) -> str | None:
        """A keyed hash of an author, per source so that nobody is followed from one source to another; None for nobody."""
        return next(iter(self.author_hashes(source, name)), None)

    def author_hashes(self, source: str, name: str | None) -> list[str]:
        """An author's hash under the present key, and then under each earlier one."""
        if not name or not name.strip():
            return []
        called = f"{source}\0{name.strip()}".encode()
        return [hmac.new(key, called, hashlib.sha256).hexdigest()[:32] for key in (self._key, *self.earlier)]

    def mask(self, text: str) -> str:
        """The text with phone, identity, BHXH and BHYT numbers, mail and house addresses replaced by what they were.

        Hotlines (1800, 1900), sums, dates, numbers of laws, districts and provinces stay.
        """
        text = text.replace("\x00", "")
        if "@" not in text and not _DIGITS.search(text):
            return text
        kept = _Kept()
        for pattern in (_HOTLINE, _LAW, _DATE, _SUM):
            text = pattern.sub(kept.take, text)
        text = _EMAIL.sub(EMAIL, text) if "@" in text else text
        if _MANY_DIGITS.search(text):
            text = _IDENTITY.sub(IDENTITY, _NUMBERED.sub(_numbered, _CARD.sub(CARD, text)))
            text = _PHONE.sub(PHONE, _GROUPED.sub(kept.take, text))
        else:
            text = _GROUPED.sub(kept.take, text)
        text = _ADDRESS.sub(ADDRESS, text)
        text = _BEFORE_STREET.sub(_street, text) if _STREET_WORD.search(text) else text
        return kept.put_back(text)
