"""Readers' comments in the forms of the services that Vietnamese newspapers use; the pages are our own."""

import json
from datetime import datetime

import pytest

from crawlers.comments import BadAnswer, page_address, read_comments, replies_address
from crawlers.sources import CommentsOf
from crawlers.structures import load_structures
from langnghe.clock import VIETNAM
from langnghe.config_files import default_config_dir

NOW = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)
SERVICES = load_structures(default_config_dir()).comments
FRAGMENT = """<div class="item box_cm" data-cmid="aa-1"><a class="avatar" title="ban@example.com"></a><div class="item-content">
<a class="user-name" title="ban@example.com">ban@example.com</a><p class="text-comment des">Hết thuốc &amp; chờ lâu</p>
<div class="item-bottom"><span class="time time-ago" title="11/09/2026 09:12:25">09:12 09/11/2026</span></div>
<div class="box-reply"><div class="item-reply"><a class="user-name">Hai Lúa</a><p class="text-comment"><b class="username-reply">@ban</b> Chỗ tui có</p>
<a class="item-ls like like-action" data-cmid="aa-2"></a><span class="time time-ago">10:00 09/11/2026</span></div></div></div></div>
<div class="item box_cm" data-cmid="aa-3"><a class="user-name">Ba</a><p class="text-comment">Khi nào có?</p></div>"""


def test_comments_in_html_come_with_their_replies():
    first, reply, last = read_comments(FRAGMENT, SERVICES["thanhnien_comments"], NOW)
    assert (first.id, first.author, first.text) == ("aa-1", "ban@example.com", "Hết thuốc & chờ lâu")
    assert first.published == datetime(2026, 11, 9, 9, 12, tzinfo=VIETNAM), "the day stands first in the text, the month in the title"
    assert (reply.id, reply.author, reply.text, reply.reply_to) == ("aa-2", "Hai Lúa", "Chỗ tui có", "aa-1")
    assert (last.id, last.published, last.reply_to) == ("aa-3", None, None)


def test_an_empty_answer_has_no_comments_and_another_page_is_none():
    assert read_comments(" \n", SERVICES["thanhnien_comments"], NOW) == []
    with pytest.raises(BadAnswer):
        read_comments("<p>Xin lỗi, có lỗi xảy ra</p>", SERVICES["thanhnien_comments"], NOW)
    with pytest.raises(BadAnswer):
        read_comments("<html>", SERVICES["vnexpress_comments"], NOW)


def test_a_nested_field_says_how_many_replies_are_still_to_be_read():
    item = {"comment_id": 5, "content": "Khổ quá", "full_name": "A", "creation_time": 1785050260, "replys": {"total": 3, "items": []}}
    (found,) = read_comments(json.dumps({"data": {"items": [item]}}), SERVICES["vnexpress_comments"], NOW)
    assert (found.id, found.unread) == ("5", 3)
    assert found.published == datetime.fromtimestamp(1785050260, VIETNAM)


def test_replies_that_are_there_are_not_asked_for_again():
    reply = {"commentId": "8", "commentContent": "Đúng", "createdDate": "2026-07-30T16:20:28", "comments": None, "totalAnswer": 0}
    item = {
        "commentId": "7",
        "commentContent": "<p>Rất ủng hộ.</p>",
        "createdDate": "2026-07-30T16:20:28",
        "comments": [reply],
        "totalAnswer": 1,
    }
    found = read_comments(json.dumps({"data": {"comments": [item]}}), SERVICES["vietnamnet_comments"], NOW)
    assert [(each.id, each.text, each.reply_to, each.unread) for each in found] == [("7", "Rất ủng hộ.", None, 0), ("8", "Đúng", "7", 0)]
    assert found[0].published == datetime(2026, 7, 30, 16, 20, 28, tzinfo=VIETNAM)


def test_addresses_count_pages_or_comments():
    by_offset = CommentsOf(
        service="vnexpress_comments", address="https://x.example/?id={id}&o={offset}", replies="https://x.example/?r={comment}"
    )
    assert page_address(by_offset, SERVICES["vnexpress_comments"], "12", 3) == "https://x.example/?id=12&o=50"
    assert replies_address(by_offset, "12", "99") == "https://x.example/?r=99"
    by_page = CommentsOf(service="vietnamnet_comments", address="https://x.example/{id}/{page}")
    assert page_address(by_page, SERVICES["vietnamnet_comments"], "12", 0) == "https://x.example/12/0"
    assert replies_address(by_page, "12", "99") is None
