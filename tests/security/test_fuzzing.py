"""Every parser that meets the outside, with whatever Hypothesis thinks of: it gives something or refuses in our own words, and is quick."""

import contextlib
import json
import time
from email import message_from_bytes, policy

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from alerts.digest.message import address, message_id
from crawlers.addresses import is_public, names_private
from crawlers.imports import Defaults, read_rows, to_document
from crawlers.lists import BadFeed, read_feed
from crawlers.page import Page
from crawlers.sitemaps import BadSitemap, read_sitemap
from langnghe.backup import Manifest
from langnghe.config_files import load
from langnghe.errors import LangngheError, WrongCall
from langnghe.privacy import Privacy
from langnghe.retention import RetentionRules
from tests.dashboard.conftest import NOW

VIETNAMESE = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyấềốửỹAĐ 0123456789.,-/@:+()\n\u00a0\x00‮[]"), max_size=400)
PRIVACY = Privacy(b"fuzzed")
many = trying(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
XML = st.binary(max_size=200) | st.text(max_size=200).map(
    lambda text: f"<rss><channel><item><title>{text}</title></item></channel></rss>".encode()
)


@many
@given(XML)
@example(b"")
@example(b"\x00")
def test_feeds_and_sitemaps(body):
    with contextlib.suppress(BadFeed):
        read_feed(Page("https://a.example/feed", body, NOW))
    with contextlib.suppress(BadSitemap):
        read_sitemap(body, NOW)


@many
@given(st.binary(max_size=400), st.sampled_from(["jsonl", "csv", "xlsx"]))
def test_imported_files(tmp_path, body, form):
    path = tmp_path / f"file.{form}"
    path.write_bytes(body)
    try:
        for row in read_rows(path):
            if not row.problem:
                to_document(row.values, Defaults(), NOW)
    except (LangngheError, ValueError):
        pass


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | VIETNAMESE,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)


@many
@given(st.dictionaries(st.sampled_from(["id", "text", "published", "kind", "source", "url", "title", "author", "parent"]), JSON))
def test_rows_of_any_shape(values):
    try:
        document = to_document(values, Defaults(), NOW)
    except (LangngheError, ValueError):
        return
    assert document.text.strip()
    assert len(document.source) <= 80


@many
@given(VIETNAMESE)
def test_masking_ends_soon_and_grows_nothing(text):
    began = time.monotonic()
    masked = PRIVACY.mask(text)
    assert time.monotonic() - began < 1
    assert len(PRIVACY.mask(masked)) <= len(masked) + 40


@pytest.mark.parametrize(
    "text",
    [
        "0" * 50_000,
        "A" * 50_000,
        "đường " * 20_000,
        "09 " * 20_000,
        "số nhà " * 10_000,
        "a@" * 20_000,
        "+84 " * 20_000,
        "1.000." * 20_000,
        "số 1/" * 20_000,
    ],
)
def test_masking_of_what_is_made_to_be_slow(text):
    began = time.monotonic()
    PRIVACY.mask(text)
    assert time.monotonic() - began < 5


@many
@given(st.text(max_size=200))
def test_addresses_of_mails(text):
    try:
        parsed = address(text, "x")
    except WrongCall:
        return
    assert "\n" not in str(parsed)
    assert "\r" not in str(parsed)
    assert parsed.domain
    assert message_from_bytes(f"To: {parsed}\n\n".encode(), policy=policy.default)["To"].addresses
    assert message_id("k", "o", NOW.date(), text, "a@b.example").count("@") == 1


@many
@given(st.text(max_size=120) | st.ip_addresses().map(str))
def test_hosts_and_addresses(text):
    assert names_private(text) in (True, False)
    with contextlib.suppress(ValueError):
        assert is_public(text) in (True, False)


@many
@given(JSON)
def test_files_of_rules(tmp_path, content):
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps(content), encoding="utf-8")
    try:
        load(path, RetentionRules)
    except LangngheError as error:
        named = error.problem
    else:
        named = str(path)
    assert str(path) in named


@many
@given(JSON)
def test_manifests(content):
    with contextlib.suppress(ValueError):
        Manifest.model_validate_json(json.dumps(content))
