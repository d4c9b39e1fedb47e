"""Source files: the shipped ones load, a broken one is named with its line and what to do."""

import shutil

import pytest

from crawlers.relevance import Terms
from crawlers.sources import choose_sources, load_sources, load_terms
from crawlers.structures import load_structures
from langnghe.config_files import default_config_dir
from langnghe.errors import ConfigurationError, WrongCall
from langnghe.places import load_places

GOOD = """id: bao
name: Báo Thử
kind: feed
homepage: https://bao.example/
feeds:
  - https://bao.example/rss/tin.rss
"""


@pytest.fixture
def config(tmp_path):
    """A configuration folder with one good source."""
    shutil.copytree(default_config_dir() / "sources" / "structures", tmp_path / "sources" / "structures")
    shutil.copy(default_config_dir() / "sources" / "terms.yaml", tmp_path / "sources")
    (tmp_path / "sources" / "bao.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_the_shipped_sources_load_and_none_is_live_before_it_was_verified():
    sources = load_sources(default_config_dir())
    live = [source for source in sources.values() if not source.sample]
    assert {"tuoitre", "vnexpress", "thanhnien", "dantri", "baochinhphu", "nld", "nhandan", "otofun"} <= {source.id for source in live}
    assert all(source.enabled == "unverified" for source in live)


def test_every_province_has_its_paper_and_its_social_insurance_office():
    live = [source for source in load_sources(default_config_dir()).values() if not source.sample]
    assert len(live) >= 80
    for province in load_places().of_34:
        of_it = [source for source in live if source.home_province == province.id]
        offices = [source for source in of_it if source.homepage.endswith(".baohiemxahoi.gov.vn/")]
        assert len(offices) == 1, province.name
        assert all(entrance.on_topic for entrance in offices[0].listings)
        assert len(of_it) > 1, province.name


def test_no_two_live_sources_own_the_same_host():
    live = [source for source in load_sources(default_config_dir()).values() if not source.sample]
    hosts = [host for source in live for host in source.hosts]
    assert len(hosts) == len(set(hosts))


def test_the_shipped_structures_and_terms_load():
    structures = load_structures(default_config_dir())
    assert {"tuoitre_cms", "vnexpress", "dantri"} <= set(structures.articles)
    assert set(structures.threads) == {"xenforo2", "xenforo1", "vbulletin"}
    assert {"tuoitre_comments", "vnexpress_comments", "vietnamnet_comments", "thanhnien_comments"} == set(structures.comments)
    assert "bhxh" in load_terms(default_config_dir())


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("kind: feed", "kind: radio"), 3, "kind"),
        (("name: Báo Thử", "name: Báo Thử\nfeed: x"), 3, "feed"),
        (("https://bao.example/rss/tin.rss", "bao.example/rss"), 6, "http"),
        (("homepage:", "structure: joomla\nhomepage:"), 4, "joomla"),
        (("homepage:", "home_province: 34-99\nhomepage:"), 4, "34-99"),
        (("homepage:", "timezone: Asia/Hue\nhomepage:"), 4, "Asia/Ho_Chi_Minh"),
        (("homepage:", "comments: {service: x, address: 'https://bao.example/{id}'}\nhomepage:"), 4, "{page}"),
        (("homepage:", "selectors: {title: ['h1[']}\nhomepage:"), 4, "selector"),
        (("id: bao", "id: sach"), 1, "sach.yaml"),
        (("homepage:", "key: ItemID\nhomepage:"), 4, "group"),
        (("homepage:", "archives: ['https://bao.example/map.xml']\nhomepage:"), 4, "{year}"),
        (("feeds:\n  - https", "feeds:\n  - url: x\n  - https"), 6, "http"),
        (("feeds:\n  -", "feeds:\n  - {url: https://bao.example/a.rss, off_topic: true}\n  -"), 6, "off_topic"),
        (("  - https", "    x: [https"), 7, "expected"),
    ],
)
def test_a_broken_source_file_is_named_with_line_and_remedy(config, change, line, words):
    path = config / "sources" / "bao.yaml"
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refusal:
        load_sources(config)
    assert f"{path}:{line}:" in str(refusal.value)
    assert words in str(refusal.value)
    assert refusal.value.remedy


def test_two_sources_cannot_share_an_id(config):
    (config / "sources" / "more").mkdir()
    shutil.copy(config / "sources" / "bao.yaml", config / "sources" / "more")
    with pytest.raises(ConfigurationError, match="stands twice"):
        load_sources(config)


def test_a_source_that_nobody_has_is_a_wrong_call(config):
    for name in ("baoo", "something else"):
        with pytest.raises(WrongCall, match=r"Use one of: bao[,;]"):
            choose_sources(load_sources(config), [name])


def test_an_unverified_source_is_crawled_only_by_name(config):
    sources = load_sources(config)
    assert [source.id for source in choose_sources(sources, ["bao"])] == ["bao"]
    with pytest.raises(WrongCall, match="no source is enabled"):
        choose_sources(sources)


def test_a_source_owns_its_hosts_and_those_below(config):
    source = load_sources(config)["bao"]
    assert source.owns("https://www.bao.example/a.html")
    assert source.owns("https://suckhoe.bao.example/a.html")
    assert not source.owns("https://xbao.example/a.html")


@pytest.mark.parametrize(
    "text", ["Sổ BHXH của tôi", "the bao hiem y te", "Thẻ bảo  hiểm\ny tế", "rút một lần được không", "BỆNH VIỆN HẾT THUỐC"]
)
def test_a_term_is_found_with_and_without_marks(text):
    assert Terms(load_terms(default_config_dir())).found_in(None, text)


@pytest.mark.parametrize("text", ["Đội tuyển thắng đậm", "mã abhxhc", "", "lương thực hữu cơ"])
def test_other_words_are_not_on_topic(text):
    assert not Terms(load_terms(default_config_dir())).found_in(text)
