"""People in texts: authors become keyed hashes, numbers and addresses that point to a person are masked before storage."""

import hashlib
import hmac
import re
import secrets
from pathlib import Path

PHONE, IDENTITY, EMAIL, ADDRESS, CARD = "[số điện thoại]", "[số định danh]", "[email]", "[địa chỉ]", "[số BHXH/BHYT]"

_SEPARATED = r"[\s.\-]?"
_HOTLINE = re.compile(r"\b1[89]00[\s.]?\d{2,4}(?:[\s.]?\d{2})?\b")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CARD = re.compile(r"\b[A-Z]{2}[\s.-]?[1-5][\s.-]?\d{2}[\s.-]?\d{2,3}(?:[\s.-]?\d{3}){2}(?:[\s.-]?\d{1,2})?\b")
_IDENTITY = re.compile(rf"(?<![\d.,])\d{{3}}{_SEPARATED}\d{{3}}{_SEPARATED}\d{{3}}{_SEPARATED}\d{{3}}(?![\d.,]*\d)")
_PHONE = re.compile(rf"(?<![\d.,])(?:\+?84|0){_SEPARATED}[2-9]\d{{0,2}}(?:{_SEPARATED}\d){{6,8}}(?!\d)")
_BOOK = re.compile(
    r"(?i)((?:mã(?: số)?|số|sổ|ms|so|ma so|ma)\s*(?:thẻ|the|sổ|so)?\s*"
    r"(?:bhxh|bhyt|bảo hiểm xã hội|bảo hiểm y tế|bao hiem xa hoi|bao hiem y te"
    r"|cccd|cmnd|căn cước(?: công dân)?|can cuoc|chứng minh(?: nhân dân)?|định danh)?\s*(?:của\s+\w+\s+)?(?:là|la|:|số|so)?\s*[:.]?\s*)"
    r"(\d(?:[\s.-]?\d){8,11})(?!\d)"
)
_HOUSE = r"\d+[a-z]?(?:/\d+[a-z]?)*"
_ADDRESS = re.compile(
    rf"(?i)\b(?:số nhà|so nha|nhà số|nha so|số|so)\s+{_HOUSE}(?:\s*,)?\s+"
    r"(?:ngõ|ngách|hẻm|kiệt|đường|phố|tổ|ngo|ngach|hem|duong|pho)\s+[^,.;\n]{1,40}"
    rf"|\b(?:địa chỉ|dia chi|đ/c|nhà ở|nha o)\s*:?\s*(?:số\s*)?{_HOUSE}\s+[^,.;\n]{{1,50}}"
)


class Privacy:
    """Hashes and masks with one key, which lives outside the record."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @property
    def key(self) -> bytes:
        """The key, for a process that works on this one's behalf."""
        return self._key

    def author_hash(self, source: str, name: str | None) -> str | None:
        """A keyed hash of an author, per source so that nobody is followed from one source to another; None for nobody."""
        if not name or not name.strip():
            return None
        return hmac.new(self._key, f"{source}\0{name.strip()}".encode(), hashlib.sha256).hexdigest()[:32]

    def mask(self, text: str) -> str:
        """The text with phone, identity, BHXH and BHYT numbers, mail and house addresses replaced by what they were.

        Hotlines (1800, 1900), districts and provinces stay.
        """
        hotlines: list[str] = []

        def keep(match: re.Match[str]) -> str:
            hotlines.append(match.group())
            return f"\x00{len(hotlines) - 1}\x00"

        text = _HOTLINE.sub(keep, text)
        text = _EMAIL.sub(EMAIL, text)
        text = _CARD.sub(CARD, text)
        text = _ADDRESS.sub(ADDRESS, text)
        text = _BOOK.sub(lambda match: match.group(1) + CARD, text)
        text = _IDENTITY.sub(IDENTITY, text)
        text = _PHONE.sub(PHONE, text)
        return re.sub(r"\x00(\d+)\x00", lambda match: hotlines[int(match.group(1))], text)


def load_privacy(data_dir: Path) -> Privacy:
    """The privacy of an installation; its key is made at the first call, readable by its owner alone."""
    path = data_dir / "author.key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return Privacy(path.read_bytes())
