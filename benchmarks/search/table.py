"""The table of benchmarks/README.md: figures of each backend beside what is expected of them."""

import re
from pathlib import Path

from benchmarks.search.measure import Figure

README = Path(__file__).parents[1] / "README.md"
ALL_MONTHS, OF_A_YEAR = "province × topic × day of 90 days; all, from the index", "a province's year by day, topic, stance; under a query"
WORDS, PHRASE, FACETS = "2–3 words without marks, first 20 with highlights", "phrase, province and 90 days", "facets over six fields"
LABELS = "labels of 1,000 documents changed, until searchable"
AIMS: dict[int, dict[str, dict[str, str]]] = {
    1_000_000: {
        "embedded": {"indexing": "4,667", WORDS: "21", PHRASE: "18", FACETS: "26", OF_A_YEAR: "32", ALL_MONTHS: "177", LABELS: "0.6"},
        "elasticsearch": {"indexing": "3,467", WORDS: "20", PHRASE: "24", FACETS: "26", OF_A_YEAR: "165", ALL_MONTHS: "293", LABELS: "1.5"},
    },
    10_000_000: {"embedded": {WORDS: "150", PHRASE: "250", FACETS: "250", OF_A_YEAR: "250"}},
}
"""By number of documents and backend, what is expected: of a p95, a rate or a time."""


def made(documents: int, results: dict[str, list[Figure]]) -> str:
    """The table as Markdown."""
    aims = AIMS.get(documents, {})
    heads = [cell for backend in results for cell in (backend, "aim")]
    lines = [f"| {documents:,} documents | {' | '.join(heads)} |", "| --- |" + " ---: |" * len(heads)]
    for row in zip(*results.values(), strict=True):
        cells = [cell for backend, figure in zip(results, row, strict=True) for cell in (_shown(figure), _aim(aims, backend, figure))]
        lines.append(f"| {row[0].what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _aim(aims: dict[str, dict[str, str]], backend: str, figure: Figure) -> str:
    return aims.get(backend, {}).get(figure.what, "")


def _shown(figure: Figure) -> str:
    if figure.unit == "ms":
        return f"{figure.middle:.0f} / {figure.worst:.0f} ms"
    return f"{figure.middle:,.1f} {figure.unit}" if figure.unit == "s" else f"{figure.middle:,.0f} {figure.unit}"


def publish(documents: int, table: str) -> None:
    """Put the table in its place in benchmarks/README.md."""
    marks = f"<!-- search {documents} -->", "<!-- /search -->"
    text = README.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(marks[0]) + ".*?" + re.escape(marks[1]), re.DOTALL)
    block = f"{marks[0]}\n{table}\n{marks[1]}"
    README.write_text(pattern.sub(lambda _: block, text) if pattern.search(text) else f"{text.rstrip()}\n\n{block}\n", encoding="utf-8")
