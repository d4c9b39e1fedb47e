"""When a concern of one installation is told by another's: whatever order the documents came in."""

import pytest

from benchmarks.soak.matters import Matter, doubled, lost


def matter(topic: str, *provinces: str, related: tuple[str, ...] = ()) -> Matter:
    return Matter(topic, frozenset(related), frozenset(provinces))


WITHOUT_MEDICINE = matter("hi_drug_supply", "34-44", related=("hi_payment_reimbursement",))


@pytest.mark.parametrize(
    "found",
    [
        WITHOUT_MEDICINE,
        matter("hi_payment_reimbursement", "34-44", related=("hi_drug_supply",)),  # the first documents spoke of the bill
        matter("hi_drug_supply", "34-44", "34-75"),  # it seemed to be elsewhere too
    ],
)
def test_a_matter_is_told_by_a_concern_that_began_with_other_documents(found):
    assert not lost([WITHOUT_MEDICINE], [matter("si_one_time_withdrawal", "34-38"), found])


@pytest.mark.parametrize(
    "found", [matter("hi_drug_supply", "34-75"), matter("hi_payment_reimbursement", "34-44"), matter("hi_drug_supply")]
)
def test_a_matter_of_which_nothing_tells_in_its_place_is_lost(found):
    assert lost([WITHOUT_MEDICINE], [found]) == 1


def test_a_concern_that_spreads_must_be_told_wherever_it_is():
    assert lost([matter("hi_drug_supply", "34-44", "34-75")], [WITHOUT_MEDICINE]) == 1


def test_two_concerns_on_one_topic_in_one_place_are_doubled_and_related_or_distant_ones_are_not():
    assert doubled([WITHOUT_MEDICINE, matter("hi_drug_supply", "34-44", "34-75")]) == 1
    assert not doubled([WITHOUT_MEDICINE, matter("hi_drug_supply", "34-75"), matter("hi_payment_reimbursement", "34-44")])
