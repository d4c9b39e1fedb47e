"""Text of a picture, such as a screenshot of a post, read on this machine by tesseract; the picture itself is not kept."""

import io
import re
from dataclasses import dataclass
from typing import Any

import pytesseract
from PIL import Image, ImageOps, ImageStat

from langnghe.errors import Unavailable, WrongCall
from langnghe.folding import fold, nfc

LANGUAGES = "vie"
LARGEST = 20_000_000
"""Bytes of a picture."""
MOST_PIXELS = 40_000_000
SECONDS = 60
SURE, SURE_OF_SIGNS = 10, 50
"""Confidence (0 to 100) below which a word, or something without letters, is taken for the edge of a photo or a button."""
LEAST_LETTERS = 20
"""Letters and digits below which a picture has no text worth keeping."""
SMALL_TEXT = 1_400
"""Pixels of width below which a picture is enlarged twice: tesseract wants capital letters of 20 pixels and more."""
DARK = 110
"""Mean brightness (0 to 255) below which it is light text on dark, which is turned round."""

_TIME = r"(?:\d+(?:phut|gio|ngay|tuan|thang|nam|h|d|w)|vuaxong|homqualuc[\d:]+)(?:truoc)?"
_BUTTON = (
    r"thich|phanhoi|traloi|chiase|binhluan|vietbinhluan|xemthem|xembandich|theodoi|nhantin|like|reply|share|comment|seemore|follow"
    r"|\d+(?:binhluan|luotchiase|luotthich|phanhoi|comments?|shares?)"
)
_FURNITURE = re.compile(rf"\W*(?:{_TIME}|{_BUTTON})(?:{_TIME}|{_BUTTON}|\W|\d)*")
"""A line of nothing but a social network's buttons, counts and times, folded and without spaces."""
_AGE = re.compile(rf"\W*{_TIME}\W*\w?")
_NAME = re.compile(r"\W*(?:[^\W\d_a-zà-ỹ]\w*\s*){1,6}\W*")
"""A line of capitalised words: whose post it is."""


@dataclass(frozen=True)
class ReadText:
    """What a picture says."""

    text: str
    confidence: float
    """Mean of the words, 0 to 1."""


def _opened(picture: bytes) -> Image.Image:
    if len(picture) > LARGEST:
        raise WrongCall(f"the picture has {len(picture) // 1_000_000} MB", f"Bring one of at most {LARGEST // 1_000_000} MB.")
    try:
        image = Image.open(io.BytesIO(picture), formats=("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"))
        if image.width * image.height > MOST_PIXELS:
            raise WrongCall(f"the picture has {image.width} × {image.height} pixels", "Cut out the part with the text.")
        return ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise WrongCall(f"the picture can't be read: {error}", "Save it as PNG or JPEG.") from None


def _prepared(image: Image.Image) -> Image.Image:
    """Grey, dark on light, and large enough."""
    if image.mode in {"RGBA", "LA", "PA", "P"}:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    grey = image.convert("L")
    if ImageStat.Stat(grey).mean[0] < DARK:
        grey = ImageOps.invert(grey)
    grey = ImageOps.autocontrast(grey, cutoff=1)
    return grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.LANCZOS) if grey.width < SMALL_TEXT else grey


def _words(image: Image.Image) -> dict[str, list[Any]]:
    try:
        found: dict[str, list[Any]] = pytesseract.image_to_data(
            image, lang=LANGUAGES, config="--psm 3", output_type=pytesseract.Output.DICT, timeout=SECONDS
        )
    except pytesseract.TesseractNotFoundError:
        raise Unavailable("tesseract is not installed", "Install tesseract-ocr and tesseract-ocr-vie, or type the text.") from None
    except pytesseract.TesseractError as error:
        raise Unavailable(f"tesseract: {error.message[:200]}", "Install tesseract-ocr-vie, or type the text.") from None
    except RuntimeError:
        raise Unavailable(f"the picture took longer than {SECONDS} s to read", "Cut out the part with the text.") from None
    return found


def _lines(found: dict[str, list[Any]]) -> tuple[list[tuple[int, str]], list[float]]:
    """Lines with the number of their paragraph, and the words' confidences."""
    lines: dict[tuple[int, int, int], list[str]] = {}
    sure: list[float] = []
    for number, word in enumerate(found["text"]):
        confidence = float(found["conf"][number])
        if word.strip() and confidence >= (SURE if re.search(r"[^\W_]{2}", word) else SURE_OF_SIGNS):
            key = (found["block_num"][number], found["par_num"][number], found["line_num"][number])
            lines.setdefault(key, []).append(word.strip())
            sure.append(confidence)
    return [(block * 1000 + paragraph, " ".join(words)) for (block, paragraph, _), words in lines.items()], sure


def _compact(line: str) -> str:
    return "".join(fold(line).split())


def without_furniture(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines without buttons, times and the name that stands above a time: nobody is named by a screenshot."""
    kept = []
    for index, (paragraph, line) in enumerate(lines):
        following = _compact(lines[index + 1][1]) if index + 1 < len(lines) else ""
        if _FURNITURE.fullmatch(_compact(line)) or (_NAME.fullmatch(line) and _AGE.fullmatch(following)):
            continue
        kept.append((paragraph, line))
    return kept


def _joined(lines: list[tuple[int, str]]) -> str:
    """Lines of one paragraph on one line."""
    paragraphs: dict[int, list[str]] = {}
    for paragraph, line in lines:
        paragraphs.setdefault(paragraph, []).append(line)
    return nfc("\n".join(" ".join(each) for each in paragraphs.values()))


def read_picture(picture: bytes) -> ReadText:
    """The Vietnamese text of a PNG, JPEG, WebP, BMP, TIFF or GIF.

    Raises:
        WrongCall: it is no picture, is too large, or has no text.
        Unavailable: tesseract is not installed or takes too long.
    """
    lines, sure = _lines(_words(_prepared(_opened(picture))))
    text = _joined(without_furniture(lines))
    if sum(character.isalnum() for character in text) < LEAST_LETTERS:
        raise WrongCall("no text was found in the picture", "Bring a sharper one, or type the text.")
    return ReadText(text, sum(sure) / len(sure) / 100)
