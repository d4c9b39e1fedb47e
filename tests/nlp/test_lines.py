import json

import pytest

from langnghe.cli import main
from langnghe.settings import Settings
from nlp.annotator import Annotator, load_annotator
from nlp.lines import annotate_lines, answer


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


def test_a_moment_that_has_no_day_in_vietnam_is_a_bad_line(tmp_path):
    late, early = line(1, "thẻ BHYT", published="9999-12-31T23:00:00Z"), line(2, "thẻ BHYT", published="0001-01-01T00:00:00+14:00")
    answers, errors = annotate([late, early, line(3, "thẻ BHYT", published="2026-11-20")], tmp_path)
    assert ["published" in answer.get("error", "") for answer in answers] == [True, True, False]
    assert errors == 2


@pytest.mark.parametrize(
    "bad", [b'{"id": NaN, "text": "a"}\n', b'{"id": 1, "text": "a", "x": -Infinity}\n', b'{"id": 1e999, "text": "a"}\n']
)
def test_what_is_no_number_of_json_is_a_bad_line_and_the_answer_is_json(tmp_path, bad):
    [answers] = annotate_lines([bad], Settings(data_dir=tmp_path))

    def refuse(name):
        raise AssertionError(f"{name} in the output")

    assert "error" in json.loads(answers.lines, parse_constant=refuse)
    assert answers.errors == 1


class Tripping(Annotator):
    """Fails at one text, as a fault of a backend would."""

    def annotate(self, requests):
        if any("bẫy" in request.text for request in requests):
            raise KeyError("bẫy")
        return super().annotate(requests)


def test_a_line_that_makes_a_batch_fail_is_the_only_one_answered_with_an_error(tmp_path):
    annotator = load_annotator(Settings(data_dir=tmp_path))
    annotator.__class__ = Tripping
    lines = [line(1, "thẻ BHYT"), line(2, "một cái bẫy"), b"nonsense\n", line(4, "hết thuốc BHYT")]
    answers = answer(annotator, lines)
    output = [json.loads(one) for one in answers.lines.decode().splitlines()]
    assert [(one["id"], "error" in one) for one in output] == [(1, False), (2, True), (None, True), (4, False)]
    assert "KeyError" in output[1]["error"]
    assert answers.errors == 2


def test_fields_that_only_the_record_fills_are_ignored(tmp_path):
    bare, filled = line(1, "hết thuốc BHYT", kind="comment"), line(
        1, "hết thuốc BHYT", kind="comment", context_provinces=["34-40"], home_province="34-40"
    )  # fmt: skip
    answers, errors = annotate([bare, filled, line(3, "a", context_provinces=7)], tmp_path)
    assert errors == 0
    assert answers[0] == answers[1]
    assert answers[1]["annotation"]["inherited_provinces"] == []
