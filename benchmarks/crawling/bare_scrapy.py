"""What the crawl is measured against: Scrapy and trafilatura with its metadata, without a record, politeness or a frontier."""

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class Bare(scrapy.Spider):
    """Reads section pages and the articles that they lead to."""

    name = "bare"
    sections: tuple[str, ...] = ()

    async def start(self) -> AsyncIterator[Any]:
        """The section pages."""
        for url in self.sections:
            yield scrapy.Request(url, self.section)

    def section(self, response: Response) -> Iterator[Any]:
        """The articles of a section page."""
        for link in response.css("h3 a::attr(href)").getall():
            yield scrapy.Request(link, self.article)

    def article(self, response: Response) -> Iterator[Any]:
        """Text, title and date."""
        found: Any = trafilatura.bare_extraction(response.text, url=response.url, include_comments=False, with_metadata=True)
        yield {"url": response.url, "title": found.title, "text": found.text, "date": found.date}


if __name__ == "__main__":
    out, concurrency, *found = sys.argv[1:]
    Bare.sections = tuple(found)
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": int(concurrency), "CONCURRENT_REQUESTS_PER_DOMAIN": int(concurrency), "LOG_LEVEL": "INFO",
            "COOKIES_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": False, "DOWNLOAD_DELAY": 0,
            "FEEDS": {out: {"format": "jsonlines"}},
        }
    )  # fmt: skip
    process.crawl(Bare)
    process.start()
