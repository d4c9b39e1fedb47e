import json

import pytest

from langnghe.cli import main
from langnghe.settings import Settings
from nlp.lines import annotate_lines


def annotate(lines: list[bytes], tmp_path, processes=1):
    answers = list(annotate_lines(lines, Settings(data_dir=tmp_path), processes))
    output = b"".join(answer.lines for answer in answers).decode().splitlines()
    return [json.loads(line) for line in output], sum(answer.errors for answer in answers)


def line(number, text, **more) -> bytes:
    return json.dumps({"id": number, "text": text, **more}, ensure_ascii=False).encode() + b"\n"


def test_a_bad_line_is_answered_in_its_place_and_the_rest_goes_on(tmp_path):
    bad = [b"nonsense\n", b"[1, 2]\n", b'{"id": "x"}\n', b"\xff\xfe\n", line("k", "a", kind="blog"), line("d", "a", published="hom qua")]
    lines = [line(1, "thẻ BHYT"), *bad, line(2, "hết thuốc BHYT")]
    answers, errors = annotate(lines, tmp_path)
    assert errors == len(bad)
    assert [answer["id"] for answer in answers] == [1, None, None, "x", None, "k", "d", 2]
    assert ["annotation" in answer for answer in answers] == [True, *[False] * len(bad), True]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "😀😀",
        "x" * 1_000_000,
        "hết thuốc BHYT " * 60_000,
        "\x00\x07\x1b[31m",
        "The weather is fine",
        "日本の年金",
        "ا ب ت",
        "\u200b\u202e",
    ],
    ids=["empty", "emoji", "a word of 1 MB", "1 MB", "control", "English", "Japanese", "Arabic", "invisible"],
)
def test_odd_text_gets_an_answer(tmp_path, text):
    [answer], errors = annotate([line("odd", text)], tmp_path)
    assert errors == 0
    assert answer["annotation"]["sentiment"]["label"] in ("negative", "neutral", "positive")


def test_half_a_surrogate_pair_and_raw_control_characters_get_an_answer(tmp_path):
    answers, errors = annotate([b'{"id": 1, "text": "\\ud800 the bhyt"}\n', b'{"id": 2, "text": "a\x01b"}\n'], tmp_path)
    assert (len(answers), errors) == (2, 0)


def test_order_is_kept_and_answers_are_the_same_over_several_processes(tmp_path):
    lines = [line(number, f"Nghệ An hết thuốc BHYT lần {number}") for number in range(600)]
    alone, _ = annotate(lines, tmp_path)
    spread, _ = annotate(lines, tmp_path, processes=2)
    assert [answer["id"] for answer in spread] == list(range(600))
    assert spread == alone


def test_the_command_writes_only_answers_and_ends_with_1_if_a_line_was_bad(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(line(1, "thẻ BHYT") + b"bad\n")
    with pytest.raises(SystemExit) as ended:
        main(["annotate", str(source), str(target)])
    assert ended.value.code == 1
    assert len(target.read_text(encoding="utf-8").splitlines()) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "1 lines could not be annotated" in captured.err


def test_a_missing_file_is_a_wrong_call(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["annotate", str(tmp_path / "none.jsonl")])
    assert ended.value.code == 2
    assert "none.jsonl" in capsys.readouterr().err
