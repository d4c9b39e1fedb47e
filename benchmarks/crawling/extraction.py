"""Text of articles against what a person picked out, beside trafilatura in the same run.

Word F1 on recorded Vietnamese pages, whose references stand in a folder of their own (NAME.txt for NAME.html), with the structures'
selectors and with them switched off; and 4-gram F1 on the public benchmark of 181 pages
(github.com/scrapinghub/article-extraction-benchmark), which is never part of this project.

    python -m benchmarks.crawling.extraction --pages DIR --references DIR
    python -m benchmarks.crawling.extraction --public DIR
"""

import argparse
import gzip
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import trafilatura

from benchmarks.crawling.scores import score
from crawlers.article import NotAnArticle
from crawlers.extraction import extract_page
from crawlers.page import Page
from crawlers.structures import Structures, load_structures
from crawlers.thread import ThreadPage
from langnghe.config_files import default_config_dir

NOW = datetime.now(UTC)
Extractor = Callable[[Page], str]


def ours(structures: Structures) -> Extractor:
    """The crawler's own way; a page that it refuses has no text."""

    def extract(page: Page) -> str:
        try:
            found = extract_page(page, None, structures)
        except NotAnArticle:
            return ""
        return "\n".join(post.text for post in found.posts) if isinstance(found, ThreadPage) else found.text

    return extract


def default_trafilatura(page: Page) -> str:
    """Trafilatura as it comes, with bytes as they were fetched."""
    return trafilatura.extract(page.body, url=page.url) or ""


def without_comments(page: Page) -> str:
    """Trafilatura's default but for readers' comments, as the public benchmark runs it."""
    return trafilatura.extract(page.body, url=page.url, include_comments=False) or ""


def extractors() -> dict[str, Extractor]:
    """Those that are compared."""
    all_of_them = load_structures(default_config_dir())
    none = Structures({}, {}, {})
    of_us = {"with selectors": ours(all_of_them), "selectors off": ours(none)}
    return of_us | {"trafilatura, default": default_trafilatura, "trafilatura, without comments": without_comments}


def vietnamese(pages: Path, references: Path) -> Iterator[tuple[Page, str]]:
    """Recorded pages with what was picked out of them."""
    for path in sorted(references.glob("*.txt")):
        body = (pages / f"{path.stem}.html").read_bytes()
        yield Page(f"https://bao.example/{path.stem}-20260307.html", body, NOW), path.read_text(encoding="utf-8")


def public(folder: Path) -> Iterator[tuple[Page, str]]:
    """The pages of the public benchmark."""
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    for name, expected in truth.items():
        body = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        yield Page(expected["url"], body, NOW), expected.get("articleBody", "")


def compare(pages: list[tuple[Page, str]], size: int) -> None:
    """Print a row for each extractor."""
    for name, extract in extractors().items():
        began = time.process_time()
        pairs = [(expected, extract(Page(page.url, page.body, page.fetched))) for page, expected in pages]
        seconds = time.process_time() - began
        print(f"| {name} | {len(pairs)} | {score(pairs, size)} | {len(pairs) / seconds:.0f} |", flush=True)


def main() -> None:
    """Read the arguments and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, help="folder of recorded Vietnamese pages")
    parser.add_argument("--references", type=Path, help="folder of the texts that were picked out of them")
    parser.add_argument("--public", type=Path, help="folder of the public benchmark")
    given = parser.parse_args()
    print(f"trafilatura {trafilatura.__version__}\n\n| extractor | pages | F1 | pages/CPU-s |\n| --- | ---: | --- | ---: |")
    if given.pages and given.references:
        compare(list(vietnamese(given.pages, given.references)), 1)
    if given.public:
        compare(list(public(given.public)), 4)


if __name__ == "__main__":
    main()
