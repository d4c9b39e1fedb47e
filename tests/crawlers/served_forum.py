"""Two XenForo forums of the tests: one whose threads go on, one of which a page cannot be read at first."""

from crawlers.sources import Source
from tests.crawlers import made_pages as made
from tests.crawlers.local_site import Site

HOME = "http://dien-dan.example"
LIST = f"{HOME}/forums/suc-khoe.2/"
INSURED = f"{HOME}/threads/het-thuoc.11/"
LATE = f"{HOME}/threads/than-tho.12/"
FISHING = f"{HOME}/threads/cau-ca.13/"
ANCIENT = f"{HOME}/threads/bhxh-xua.14/"
ON_TOPIC = f"{HOME}/forums/bao-hiem.3/"
WITHDRAWING = f"{HOME}/threads/rut-thoi.15/"
INSURED_POSTS = ((101, "Sáng nay tới quầy thì hết"), (102, "chỗ tui cũng v"), (103, "hôm nay có lại rồi"))
AILING = "http://om.example"
HELD = f"{AILING}/threads/than-tho.22/"


def sources() -> list[Source]:
    boards = [LIST, {"url": ON_TOPIC, "on_topic": True}]
    forum = {"kind": "xenforo", "structure": "xenforo2", "history_days": 30}
    return [
        Source(id="dien-dan", name="Diễn đàn Thử", homepage=f"{HOME}/", listings=boards, **forum),
        Source(id="om", name="Diễn đàn Ốm", homepage=f"{AILING}/", listings=[f"{AILING}/forums/suc-khoe.2/"], **forum),
    ]


def _late_page(site: Site, *more: tuple[int, str]) -> None:
    url = f"{LATE}page-2"
    site.put(url, made.thread(url, "Than thở", (203, "cty no bao hiem xa hoi 8 thang"), *more, first=3))


def _first_board(site: Site, late: str) -> None:
    site.put(LIST, made.board((INSURED, "2026-11-18T10:01:00+0700"), (LATE, late), following=f"{LIST}page-2"))


def serve_first(site: Site) -> None:
    _first_board(site, "2026-11-18T10:03:00+0700")
    site.put(f"{LIST}page-2", made.board((FISHING, "2026-11-17T10:00:00+0700"), (ANCIENT, "2025-01-01T10:00:00+0700")))
    site.put(INSURED, made.thread(INSURED, "Viện hết thuốc BHYT", *INSURED_POSTS))
    site.put(LATE, made.thread(LATE, "Than thở", (201, "Mệt quá các bác"), (202, "sao vậy"), following=f"{LATE}page-2"))
    _late_page(site)
    site.put(FISHING, made.thread(FISHING, "Câu cá", (301, "Cuối tuần đi câu không"), following=f"{FISHING}page-2"))
    site.put(f"{FISHING}page-2", made.thread(f"{FISHING}page-2", "Câu cá", (302, "Có đi"), first=2))
    site.put(ON_TOPIC, made.board((WITHDRAWING, "2026-11-18T10:01:00+0700")))
    site.put(WITHDRAWING, made.thread(WITHDRAWING, "Rút thôi", (401, "Tháng sau là hết được rút đó"), (402, "ai bảo?")))
    site.put(f"{AILING}/forums/suc-khoe.2/", made.board((HELD, "2026-11-18T10:03:00+0700")))
    site.put(HELD, made.thread(HELD, "Than thở", (601, "Mệt quá các bác"), following=f"{HELD}page-2"))
    site.put(f"{HELD}page-2", "oops", 500)


def serve_later(site: Site) -> None:
    """A post more, one removed in the middle of a page, a thread removed; the ailing page has recovered."""
    site.put(INSURED, made.thread(INSURED, "Viện hết thuốc BHYT", (101, "Sáng nay tới quầy thì hết"), (103, "hôm nay có lại rồi")))
    del site.answers[WITHDRAWING]
    _first_board(site, "2026-11-20T21:00:00+0700")
    _late_page(site, (204, "kiện đi"))
    url = f"{HELD}page-2"
    site.put(url, made.thread(url, "Than thở", (602, "cty no bao hiem xa hoi 8 thang"), first=2))
