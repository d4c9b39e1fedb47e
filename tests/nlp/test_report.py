"""The evaluation's tables and its page."""

import re

import numpy as np
import pytest

from langnghe.cli import main
from langnghe.labels import load_labels
from langnghe.settings import Settings
from nlp.annotator import load_annotator
from nlp.confusion import label_counts, matrices
from nlp.evaluation import SLICES, evaluate, judge, worst
from nlp.labelled import load_labelled
from nlp.report import report_html

LABELS = load_labels()


@pytest.fixture(scope="module")
def rows():
    return load_labelled()[:150]


@pytest.fixture(scope="module")
def found(rows, tmp_path_factory):
    return evaluate(load_annotator(Settings(data_dir=tmp_path_factory.mktemp("data"))), rows, resamples=20)


def test_every_text_stands_once_in_each_matrix(found, rows):
    for matrix in matrices(found.judged, LABELS):
        assert matrix.counts.sum() == len(rows)
    [sentiment] = [matrix for matrix in matrices(found.judged, LABELS) if matrix.name == "sentiment"]
    right = sum(pair.gold.sentiment == pair.found.sentiment.label for pair in found.judged)
    assert np.trace(sentiment.counts) == right


def test_precision_and_recall_of_a_label_follow_its_counts(found):
    [count] = [one for one in label_counts(found.judged, LABELS) if one.label == "pension"]
    held = [pair for pair in found.judged if "pension" in pair.gold.topics]
    right = sum("pension" in pair.found.topic_ids() for pair in held)
    assert count.recall == right / len(held)
    assert count.f1 == pytest.approx(2 * count.precision * count.recall / (count.precision + count.recall))


def test_slices_of_replies_and_mockery_hold_what_they_say(rows):
    assert [row.id for row in rows if SLICES["under an article or thread"](row)] == [row.id for row in rows if row.context]
    mocking = rows[0].model_copy(update={"text": "Đóng 20 năm được 2 triệu, sướng ghê 🙃"})
    assert SLICES["with signs of mockery"](mocking)
    assert not SLICES["with signs of mockery"](rows[0].model_copy(update={"text": "Cho hỏi lương hưu"}))


def test_the_worst_errors_come_first(found):
    [first, *_] = worst(found.judged, 3)
    assert (first.gold.relevant != first.found.relevant) or (first.gold.sentiment != first.found.sentiment.label)


def test_the_page_shows_all_and_loads_nothing_from_elsewhere(found):
    html = report_html(found, LABELS, "150 <texts>", errors=3)
    assert "150 &lt;texts&gt;" in html
    for name, figure in found.figures.items():
        assert name in html
        assert f"{figure.value:.3f}" in html
    assert html.count("<blockquote>") == 3
    assert not re.search(r"(?:src|href)=|@import|url\(|<script", html)


def test_the_command_writes_the_page_and_says_where_it_cannot(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))
    texts = tmp_path / "few.jsonl"
    texts.write_text("\n".join(row.model_dump_json() for row in load_labelled()[:30]), encoding="utf-8")
    with pytest.raises(SystemExit) as done:
        main(["evaluate", str(texts), "--labels", "--html", str(tmp_path / "page.html")])
    assert done.value.code in (0, None)
    assert "reader" in capsys.readouterr().out
    assert "<svg" in (tmp_path / "page.html").read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["evaluate", str(texts), "--html", str(tmp_path / "no" / "page.html")])
    assert "can't be written" in capsys.readouterr().err


def test_judging_without_marks_judges_the_same_texts(found, rows, tmp_path):
    bare = judge(load_annotator(Settings(data_dir=tmp_path)), rows[:5], marks=False)
    assert [pair.gold.id for pair in bare] == [row.id for row in rows[:5]]
