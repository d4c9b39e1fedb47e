"""Bad input at the command line: one line that says what is wrong and what to do, the contract's exit status, nothing lost."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from langnghe.config_files import default_config_dir

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
