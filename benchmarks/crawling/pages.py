"""A loopback site of many large articles, served through one proxy address, in a process of its own."""

import multiprocessing
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

HOST = "http://bao-lon.example"
SIZE = 260_000
"""Bytes of a page, as those of Vietnamese newspapers have."""
PER_SECTION = 50
_SAID = "người dân đóng bảo hiểm xã hội y tế ở xã chờ trả lời về thẻ thuốc lương hưu công ty nợ tháng năm mức hỗ trợ bệnh viện khám"
WORDS = tuple(_SAID.split(" "))


def article_url(number: int) -> str:
    """Address of an article."""
    return f"{HOST}/bai-ve-bhxh-20261119{number:08}.htm"


def section_url(number: int) -> str:
    """Address of a section page, from 1."""
    return f"{HOST}/muc/trang-{number}.htm"


def article(number: int) -> bytes:
    """A page of Tuổi Trẻ's structure: twenty paragraphs, and the menus, boxes and scripts that make it large."""
    chance = random.Random(number)  # noqa: S311

    def sentence(words: int) -> str:
        return " ".join(chance.choice(WORDS) + (str(chance.randrange(1000)) if chance.random() < 0.2 else "") for _ in range(words))

    title = f"Bài số {number} về BHXH: {sentence(8)}"
    paragraphs = "".join(f"<p>{sentence(60)}.</p>" for _ in range(20))
    boxes = [
        f'<li class="box"><a href="/tin-{n}-20261119.htm"><img alt="" src="/a/{n}.jpg"></a><h3>{sentence(9)}</h3></li>' for n in range(120)
    ]
    head = (
        f'<html lang="vi"><head><meta charset="utf-8"><title>{title}</title><link rel="canonical" href="{article_url(number)}">'
        '<meta property="article:published_time" content="2026-11-19T08:00:00+07:00"></head><body>'
    )
    body = f'<h1 data-role="title">{title}</h1><h2 data-role="sapo">{sentence(30)}</h2><div data-role="content">{paragraphs}</div>'
    page = f"{head}<nav><ul>{''.join(boxes[:60])}</ul></nav>{body}<aside><ul>{''.join(boxes)}</ul></aside>"
    padding = "x" * max(0, SIZE - len(page.encode()) - 60)
    return f'{page}<script>var data="{padding}";</script></body></html>'.encode()


def section(number: int, articles: int) -> bytes:
    """A section page that leads to its share of the articles."""
    first = (number - 1) * PER_SECTION
    rows = "".join(f'<h3><a href="{article_url(n)}">Một tiêu đề</a></h3>' for n in range(first, min(first + PER_SECTION, articles)))
    return f"<html><body><h1>Mục</h1>{rows}</body></html>".encode()


def _handler(articles: int) -> type[BaseHTTPRequestHandler]:
    shown = [article(number) for number in range(min(articles, 400))]  # more would be no other work, and a gigabyte

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            found = self.page(path)
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def page(self, path: str) -> bytes:
            if path.startswith("/muc/trang-"):
                number = int(path.removeprefix("/muc/trang-").removesuffix(".htm"))
                return section(number, articles) if (number - 1) * PER_SECTION < articles else b""
            if "bai-ve-bhxh" not in path:
                return b""
            number = int(path[-12:-4])
            of = number % len(shown)
            return (
                shown[of] if of == number else shown[of].replace(b"%08d.htm" % of, b"%08d.htm" % number).replace(b"<p>", b"<p>%d " % number)
            )

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
