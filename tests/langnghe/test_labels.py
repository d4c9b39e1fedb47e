import pytest

from langnghe.errors import LangngheError
from langnghe.labels import load_labels

LABELS = load_labels()


def test_all_labels_of_the_contract_are_there():
    assert (len(LABELS.topics), len(LABELS.subtopics)) == (22, 24)
    assert [label.id for label in LABELS.sentiment] == ["negative", "neutral", "positive"]


def test_every_label_has_a_name_in_both_languages():
    assert all(label.vi and label.en for label in [*LABELS.topics, *LABELS.subtopics, *LABELS.concern])


def test_an_unknown_label_is_refused_with_those_that_exist():
    with pytest.raises(LangngheError, match=r"unknown label 'thuốc'.*hi_drug_supply"):
        LABELS.check("topics", "thuốc")


def test_a_subtopic_knows_its_parent():
    assert LABELS.parent_of("hi_out_of_pocket") == "hi_payment_reimbursement"
