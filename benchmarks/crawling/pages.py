"""A loopback site of many large articles, served through one proxy address, in a process of its own."""

import multiprocessing
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

HOST = "http://bao-lon.example"
SIZE = 260_000
"""Bytes of a page, as those of Vietnamese newspapers have."""
PER_SECTION = 50
SELECTORS = {"title": ["h1.tieu-de"], "lead": ["h2.mo-dau"], "body": ["div.noi-dung"]}
"""Of the site's articles; none of the structures that ship with the project recognises them."""
_SAID = "người dân đóng bảo hiểm xã hội y tế ở xã chờ trả lời về thẻ thuốc lương hưu công ty nợ tháng năm mức hỗ trợ bệnh viện khám"
WORDS = tuple(_SAID.split(" "))
NUMBERED = 0.2
"""Share of words that a number is stuck to, so that no two articles copy each other."""
_SURROUNDINGS = 50
"""Different menus and boxes; the articles in them are all different."""


def article_url(number: int) -> str:
    """Address of an article."""
    return f"{HOST}/bai-ve-bhxh-20261119{number:08}.htm"


def section_url(number: int) -> str:
    """Address of a section page, from 1."""
    return f"{HOST}/muc/trang-{number}.htm"


def _sentence(chance: random.Random, words: int) -> str:
    chosen = chance.choices(WORDS, k=words)
    return " ".join(f"{word}{chance.randrange(1000)}" if chance.random() < NUMBERED else word for word in chosen)


@cache
def _boxes(number: int) -> str:
    """A list of headlines with pictures, as they stand around an article."""
    chance = random.Random(f"boxes {number}")  # noqa: S311
    return "".join(
        f'<li class="box"><a href="/tin-{n}-20261119.htm"><img alt="" src="/a/{n}.jpg"></a><h3>{_sentence(chance, 9)}</h3></li>'
        for n in range(60)
    )


def article(number: int) -> bytes:
    """A page with twenty paragraphs of sixty words, and the menus, boxes and scripts that make it large."""
    chance, around = random.Random(number), number % _SURROUNDINGS  # noqa: S311
    title = f"Bài số {number} về BHXH: {_sentence(chance, 8)}"
    paragraphs = "".join(f"<p>{_sentence(chance, 60)}.</p>" for _ in range(20))
    head = (
        f'<html lang="vi"><head><meta charset="utf-8"><title>{title}</title><link rel="canonical" href="{article_url(number)}">'
        '<meta property="article:published_time" content="2026-11-19T08:00:00+07:00"></head><body>'
    )
    lead = _sentence(chance, 30)
    body = f'<h1 class="tieu-de">{title}</h1><h2 class="mo-dau">{lead}</h2><div class="noi-dung">{paragraphs}</div>'
    boxes = _boxes(around) + _boxes(around + _SURROUNDINGS)
    page = f"{head}<nav><ul>{_boxes(around)}</ul></nav>{body}<aside><ul>{boxes}</ul></aside>"
    padding = "x" * max(0, SIZE - len(page.encode()) - 60)
    return f'{page}<script>var data="{padding}";</script></body></html>'.encode()


def section(number: int, articles: int) -> bytes:
    """A section page that leads to its share of the articles."""
    first = (number - 1) * PER_SECTION
    rows = "".join(f'<h3><a href="{article_url(n)}">Một tiêu đề</a></h3>' for n in range(first, min(first + PER_SECTION, articles)))
    return f"<html><body><h1>Mục</h1>{rows}</body></html>".encode()


def _page(path: str, articles: int) -> bytes:
    """What stands at a path; nothing where there is no such page."""
    if path.startswith("/muc/trang-"):
        number = int(path.removeprefix("/muc/trang-").removesuffix(".htm"))
        return section(number, articles) if (number - 1) * PER_SECTION < articles else b""
    return article(int(path[-12:-4])) if "bai-ve-bhxh" in path else b""


def _handler(articles: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = _page(urlsplit(self.path).path, articles)
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def log_message(self, *args: object) -> None:
            pass

    return Handler


def _serve(articles: int, tell: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(articles))
    server.daemon_threads = True
    tell.send(server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tell.recv()


@contextmanager
def serving(articles: int) -> Iterator[str]:
    """The site's address as a proxy, while the block runs."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(articles, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        ours.send("stop")
        process.join(5)
