"""The shipped models: long texts are weighed and decided by numbers of their own."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from langnghe.documents import AnnotationRequest
from langnghe.labels import load_labels
from nlp.backends.shipped import SHIPPED, ShippedBackend
from nlp.mixing import FILE, load_mixing, save_mixing
from nlp.model_files import read_decisions, write_decisions
from nlp.stacking import FILES, load_network, save_network
from nlp.word_network import FILES as FILES_OF_WORDS
from nlp.word_network import load_word_network, save_word_network

SHORT = "Thẻ BHYT của tôi hết hạn thì gia hạn ở đâu?"
FOOTBALL = "Trận đấu tối qua hay."
LONG = f"{SHORT} Bảo hiểm xã hội tỉnh trả lời rằng người dân có thể gia hạn thẻ bảo hiểm y tế tại đại lý thu. " * 12


@pytest.fixture
def with_decisions(tmp_path):
    """The shipped models with other decisions; says what they choose for each of the texts."""
    folder = shutil.copytree(SHIPPED, tmp_path / "models")

    def chosen(change, *requests):
        decisions = read_decisions(SHIPPED)
        change(decisions)
        write_decisions(folder, decisions)
        texts = [AnnotationRequest(text=text, kind=kind) for text, kind in requests]
        return [prediction.chosen for prediction in ShippedBackend(folder=folder).predict(texts)]

    return chosen


def _relevant(chosen):
    return [bool(one["relevant"]) for one in chosen]


def test_as_shipped_a_question_and_an_article_about_the_insurance_are_relevant(with_decisions):
    assert _relevant(with_decisions(lambda _: None, (SHORT, "comment"), (LONG, "news"), (LONG, "forum"))) == [True, True, True]


def test_a_long_text_is_decided_by_the_thresholds_of_long_texts(with_decisions):
    found = with_decisions(lambda decisions: decisions["long"]["relevant"].update(yes=2.0), (SHORT, "comment"), (LONG, "forum"))
    assert _relevant(found) == [True, False]


def test_the_relevance_of_printed_articles_has_weights_of_its_own(with_decisions):
    found = with_decisions(
        lambda decisions: decisions["views"]["relevant in print"].update(offset=[-99.0]), (LONG, "news"), (LONG, "forum")
    )
    assert _relevant(found) == [False, True]


def test_what_is_not_relevant_gets_its_intent_from_a_head_of_its_own(with_decisions):
    found = with_decisions(
        lambda decisions: decisions["short"]["intent_elsewhere"].update(praise=1e9),
        (SHORT, "comment"),
        (FOOTBALL, "comment"),
    )
    assert _relevant(found) == [True, False]
    assert found[0]["intent"] == ["question"]
    assert found[1]["intent_elsewhere"] == ["praise"]


@pytest.fixture
def with_network(tmp_path):
    """What is chosen for SHORT and for a football remark when a network gives one label far more, or far less, than it does."""
    folder = shutil.copytree(SHIPPED, tmp_path / "models")

    def chosen(file, label, more, published=None):
        network = load_network(SHIPPED / file)
        bias = network.output_bias.copy()
        bias[network.outputs.index(label)] += more
        save_network(folder / file, network._replace(output_bias=bias))
        write_decisions(folder, read_decisions(folder))
        texts = [AnnotationRequest(text=text, kind="comment", published=published) for text in (SHORT, FOOTBALL)]
        return [prediction.chosen for prediction in ShippedBackend(folder=folder).predict(texts)]

    return chosen


def test_the_network_corrects_the_heads_of_a_relevant_text(with_network):
    about, elsewhere = with_network(FILES["about"], "topics:pension", 60)
    assert "pension" in about["topics"]
    assert _relevant([about, elsewhere]) == [True, False]


def test_the_network_of_relevance_corrects_relevance(with_network):
    assert _relevant(with_network(FILES["relevance"], "relevant:yes", -60)) == [False, False]


@pytest.mark.parametrize(("published", "held"), [(datetime(2022, 3, 1, tzinfo=UTC), False), (datetime(2026, 3, 1, tzinfo=UTC), True)])
def test_no_network_says_that_a_text_is_about_what_was_not_yet(with_network, published, held):
    about, _ = with_network(FILES["about"], "subtopics:law_employment_2025", 60, published)
    assert ("law_employment_2025" in about["subtopics"]) == held


def test_the_relevance_of_a_text_does_not_change_when_another_topic_is_taken_away(monkeypatch):
    request = AnnotationRequest(text=SHORT, kind="comment")
    [before] = ShippedBackend().predict([request])
    labels = load_labels()
    fewer = labels.model_copy(update={"topics": [topic for topic in labels.topics if topic.id != "hi_card_digital"]})
    monkeypatch.setattr("nlp.backends.shipped.load_labels", lambda _: fewer)
    [after] = ShippedBackend().predict([request])
    assert "hi_card_digital" not in after.probabilities["topics"]
    assert after.probabilities["relevant"] == before.probabilities["relevant"]


def _chosen(folder):
    write_decisions(folder, read_decisions(folder))
    texts = [AnnotationRequest(text=text, kind=kind) for text, kind in ((SHORT, "comment"), (LONG, "forum"))]
    return [prediction.chosen for prediction in ShippedBackend(folder=folder).predict(texts)]


def test_what_the_networks_over_words_add_decides_on_short_and_long_texts(tmp_path):
    folder = shutil.copytree(SHIPPED, tmp_path / "models")
    mixing = load_mixing(folder / FILE)
    offset = mixing.offset.copy()
    offset[mixing.labels.index("topics:pension")] += 100
    save_mixing(folder / FILE, mixing._replace(offset=offset))
    assert all("pension" in one["topics"] for one in _chosen(folder))


@pytest.mark.parametrize("file", FILES_OF_WORDS)
def test_each_network_over_words_speaks_of_relevance(tmp_path, file):
    folder = shutil.copytree(SHIPPED, tmp_path / "models")
    network = load_word_network(folder / file)
    bias = network.output_bias.copy()
    bias[network.labels.index("relevant:yes")] -= 200
    save_word_network(folder / file, replace(network, output_bias=bias))
    assert _relevant(_chosen(folder)) == [False, False]
