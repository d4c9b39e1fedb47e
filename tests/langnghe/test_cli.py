"""Bad input at the command line: one line that says what is wrong and what to do, the contract's exit status, nothing lost."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from index.synchronise import drain_outbox, open_or_build
from langnghe.cli import main
from langnghe.cli.doctor import examine
from langnghe.config_files import default_config_dir
from langnghe.documents import Document
from langnghe.installation import Installation
from langnghe.record.documents import store_document

POSTS = [
    {
        "id": "1",
        "source": "s",
        "kind": "comment",
        "text": "Bệnh viện ở Nghệ An hết thuốc bảo hiểm y tế, tôi phải mua ngoài.",
        "published": "2026-11-18",
    },
    {"id": "2", "source": "s", "kind": "comment", "text": "Cho hỏi đóng BHXH tự nguyện ở đâu ạ?", "published": "2026-11-19"},
]


@pytest.fixture
def langnghe(tmp_path):
    def run(*arguments, stdin=None, **environment):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LANGNGHE_")}
        kept |= {"LANGNGHE_DATA_DIR": str(tmp_path / "data"), "LANGNGHE_NOW": "2026-11-20T08:00:00+07:00"} | environment
        return subprocess.run(
            [sys.executable, "-m", "langnghe", *arguments], input=stdin, env=kept, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def posts(tmp_path) -> Path:
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(json.dumps(post, ensure_ascii=False) for post in POSTS), encoding="utf-8")
    return path


def complaint(done) -> str:
    """The one line on standard error that is the program's; progress bars aside."""
    [line] = [line for line in done.stderr.splitlines() if line.startswith("langnghe: ")]
    return line


def test_help_is_there_for_every_command(langnghe):
    from langnghe.cli import COMMANDS

    for command in COMMANDS:
        assert langnghe(command, "--help").returncode == 0


def test_an_unknown_command_is_a_wrong_call(langnghe):
    assert langnghe("listen").returncode == 2


def test_what_is_imported_is_searchable_and_imported_twice_nothing_is_doubled(langnghe, posts):
    first, second = langnghe("import", str(posts)), langnghe("import", str(posts))
    assert "2 stored" in first.stdout
    assert "2 unchanged" in second.stdout
    [hit] = [json.loads(line) for line in langnghe("search", "thuoc bhyt").stdout.splitlines()]
    assert (hit["id"], hit["source"], hit["annotation"]["provinces"][0]["name"]) == ("1", "s", "Nghệ An")


def test_a_malformed_line_is_named_and_the_rest_is_taken(langnghe, posts):
    posts.write_text(posts.read_text(encoding="utf-8") + "\n{broken\n", encoding="utf-8")
    done = langnghe("import", str(posts))
    assert done.returncode == 1
    assert "2 stored" in done.stdout
    assert "posts.jsonl:3: not JSON" in done.stderr
    assert "1 rows of posts.jsonl were rejected" in complaint(done)


def test_a_file_that_does_not_exist_is_a_wrong_call(langnghe, tmp_path):
    done = langnghe("import", str(tmp_path / "none.jsonl"))
    assert (done.returncode, "does not exist" in complaint(done)) == (2, True)


@pytest.mark.parametrize("option", ["--topic", "--sentiment", "--intent", "--province", "--kind"])
def test_an_unknown_label_is_answered_with_those_that_exist(langnghe, posts, option):
    langnghe("import", str(posts))
    done = langnghe("search", "thuốc", option, "nonsense")
    assert done.returncode == 2
    assert "nonsense" in complaint(done)


def test_annotation_answers_a_bad_line_in_its_place_and_exits_with_1(langnghe):
    done = langnghe(
        "annotate",
        "-",
        "-",
        stdin='{"id": "a", "text": "Thẻ BHYT của tôi bị khóa"}\n{"id": "b"}\nnonsense\n{"id": "d", "text": "Cảm ơn BHXH"}\n',
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["a", "b", None, "d"]
    assert ["error" in line for line in lines] == [False, True, True, False]
    assert done.returncode == 1


def test_a_broken_source_file_is_named_with_its_line(langnghe, tmp_path):
    config = tmp_path / "config"
    shutil.copytree(default_config_dir(), config)
    (config / "sources" / "broken.yaml").write_text("id: broken\nname: Broken\nkind: newspaper\n", encoding="utf-8")
    done = langnghe("crawl", "tuoitre", LANGNGHE_CONFIG_DIR=str(config))
    assert done.returncode == 1
    assert "broken.yaml:" in complaint(done)


def test_an_unknown_source_is_a_wrong_call(langnghe):
    done = langnghe("crawl", "no-such-paper")
    assert (done.returncode, "no-such-paper" in complaint(done)) == (2, True)


def test_with_elasticsearch_out_of_reach_the_import_is_kept_and_searchable_later(langnghe, posts):
    away = {"LANGNGHE_INDEX__BACKEND": "elasticsearch", "LANGNGHE_INDEX__ELASTICSEARCH_URL": "http://127.0.0.1:9"}
    done = langnghe("import", str(posts), **away)
    assert done.returncode == 1
    assert "http://127.0.0.1:9" in complaint(done)
    assert "2 unchanged" in langnghe("import", str(posts)).stdout
    assert len(langnghe("search", "thuốc OR BHXH").stdout.splitlines()) == 2


def test_a_port_in_use_is_named_and_nothing_is_started(langnghe):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = langnghe("demo", LANGNGHE_DASHBOARD__PORT=port)
    assert done.returncode == 1
    assert port in complaint(done)


def test_the_demo_leaves_a_folder_that_is_not_its_own_alone(langnghe, posts):
    langnghe("import", str(posts))
    done = langnghe("demo", "--no-dashboard")
    assert done.returncode == 1
    assert "not the demo's" in complaint(done)


def test_doctor_names_what_fails_and_how_to_mend_it(langnghe, posts):
    langnghe("import", str(posts))
    assert langnghe("doctor").returncode == 0
    done = langnghe("doctor", LANGNGHE_INDEX__BACKEND="elasticsearch", LANGNGHE_INDEX__ELASTICSEARCH_URL="http://127.0.0.1:9")
    assert done.returncode == 1
    assert "FAIL  index" in done.stdout


@pytest.fixture
def installation(settings, clock, record):
    made = Installation(settings, clock)
    made.__dict__["record"] = record
    return made


def found(installation, check):
    return next(finding for finding in examine(installation) if finding.check == check)


def store(record, privacy, number):
    moment = record.clock.now()
    text = f"Bệnh viện ở Nghệ An hết thuốc BHYT lần {number}"
    with record.session() as session:
        piece = Document(id=str(number), source="s", kind="news", text=text, published=moment, fetched=moment)
        store_document(session, piece, privacy=privacy, now=moment)


def test_doctor_finds_a_fresh_installation_well(installation):
    assert [finding.check for finding in examine(installation) if not finding.ok] == []
    assert "none yet" in found(installation, "index").text


def test_doctor_tells_of_changes_that_wait_and_fails_where_none_does(installation, privacy):
    store(installation.record, privacy, 1)
    index = open_or_build(installation.record, installation.settings)
    drain_outbox(installation.record, index)
    store(installation.record, privacy, 2)
    waiting = found(installation, "index")
    assert (waiting.ok, "1 of 2 documents, 1 changes wait" in waiting.text) == (True, True)
    drain_outbox(installation.record, index)
    index.delete({1: 2**31})
    index.refresh()
    index.close()
    assert found(installation, "index").remedy == "Run 'langnghe reindex'."


def test_doctor_reads_the_rules_of_the_alarms(installation, tmp_path):
    shutil.copytree(default_config_dir(), tmp_path / "config")
    (tmp_path / "config" / "alerts.yaml").write_text("detection: 7\n", encoding="utf-8")
    installation.settings.config_dir = tmp_path / "config"
    finding = found(installation, "configuration")
    assert (finding.ok, "alerts.yaml:1" in finding.text) == (False, True)


def test_doctor_asks_the_mail_server_where_somebody_subscribes(installation):
    installation.settings.mail.port = 9
    assert found(installation, "mail").ok
    installation.settings.mail.subscribers = {"lan@bhxh.example": "34-40"}
    finding = found(installation, "mail")
    assert (finding.ok, "127.0.0.1:9 does not answer" in finding.text) == (False, True)


@pytest.mark.parametrize("url", ["https://[bad/", "https://", "https://a.example:port/", "a.example"])
def test_what_is_no_address_of_a_page_is_a_wrong_call(url, tmp_path, capsys):
    (tmp_path / "page.html").write_text("<p>a</p>")
    with pytest.raises(SystemExit) as ended:
        main(["extract", str(tmp_path / "page.html"), "--url", url])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith(f"langnghe: --url {url} is no address")
