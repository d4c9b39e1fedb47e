"""Whether a page is on topic: it has one of the source's terms, as whole words, whatever the case and marks."""

import re

from langnghe.folding import fold


class Terms:
    """A source's terms, ready to be looked for."""

    def __init__(self, terms: list[str]) -> None:
        spaced = (r"\s+".join(map(re.escape, fold(term).split())) for term in sorted(terms, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)")

    def found_in(self, *texts: str | None) -> bool:
        """Whether any of the texts has a term."""
        return any(self._pattern.search(fold(text)) for text in texts if text)
