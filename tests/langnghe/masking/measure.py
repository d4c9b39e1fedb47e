"""How well people are masked: of what points to somebody, how much is gone; of what is masked, how much pointed to somebody."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from langnghe.privacy import ADDRESS, CARD, EMAIL, IDENTITY, PHONE, Privacy

FOLDER = Path(__file__).parent
KINDS = {"P": PHONE, "I": IDENTITY, "C": CARD, "E": EMAIL, "A": ADDRESS}
MARKED = re.compile(r"‹([PICEA]):([^›]*)›")
MASK = re.compile("|".join(re.escape(mask) for mask in KINDS.values()))


@dataclass
class Measure:
    """Counts by kind, and the texts that went wrong."""

    wanted: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    masks: int = 0
    false: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return sum(self.gone.values()) / sum(self.wanted.values())

    @property
    def precision(self) -> float:
        return 1 - self.false / self.masks

    def table(self) -> str:
        rows = [f"{KINDS[kind]}\t{self.gone[kind]} of {self.wanted[kind]}" for kind in KINDS]
        return "\n".join([*rows, f"recall\t{self.recall:.4f}", f"precision\t{self.precision:.4f} of {self.masks} masks"])


def lines(name: str) -> list[str]:
    texts = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [text for text in texts if text and not text.startswith("#")]


def is_left(original: str, masked: str, kind: str) -> bool:
    """Whether anything of it is left that points to somebody: four of its digits in a row, the mailbox, or the end of the address."""
    if kind == "E":
        return original.split("@")[0] in masked
    digits = re.sub(r"\D", "", original)
    left = re.sub(r"\D", "", masked)
    if kind == "A":
        return original.split()[-1] in masked.split() or (len(digits) > 2 and digits in left)
    return any(digits[i : i + 4] in left for i in range(len(digits) - 3))


def measure(privacy: Privacy, *names: str) -> Measure:
    found = Measure()
    for text in [text for name in names for text in lines(name)]:
        marked = MARKED.findall(text)
        masked = privacy.mask(MARKED.sub(r"\2", text))
        for kind, original in marked:
            found.wanted[kind] += 1
            left = is_left(original, masked, kind)
            found.gone[kind] += not left
            if left:
                found.wrong.append(f"left: {text} -> {masked}")
        masks = len(MASK.findall(masked))
        found.masks += masks
        found.false += max(masks - len(marked), 0)
        if masks > len(marked):
            found.wrong.append(f"too much: {text} -> {masked}")
    for text in lines("harmless.txt"):
        masked = privacy.mask(text)
        masks = len(MASK.findall(masked))
        found.masks += masks
        found.false += masks
        if masked != text:
            found.wrong.append(f"false: {text} -> {masked}")
    return found


if __name__ == "__main__":
    for names in (("personal.txt",), ("later.txt",), ("personal.txt", "later.txt")):
        found = measure(Privacy(b"measured"), *names)
        print(f"{' and '.join(names)}\n{found.table()}", *found.wrong, "", sep="\n")
