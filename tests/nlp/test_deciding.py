import numpy as np

from nlp.best_numbers import LEAST_ROUND
from nlp.deciding import Decision, Learned, _intents_of_all, _thresholds
from nlp.heads import INTENT_ELSEWHERE, Head
from nlp.labelled import ROUNDS
from nlp.linear import Linear

NOTHING = Linear(["a", "b"], np.zeros((1, 2), dtype=np.float32), np.zeros(2, dtype=np.float32))


def learned(name: str, rounds: np.ndarray, probabilities: np.ndarray, gold: np.ndarray) -> Learned:
    head = Head(name, ("a", "b"), "any", "people", lambda row: frozenset())
    return Learned(head, NOTHING, probabilities.astype(np.float32), gold, rounds)


def test_each_label_has_the_threshold_that_parts_its_own_texts():
    gold = np.repeat([True, False], LEAST_ROUND)
    probabilities = np.stack([np.where(gold, 0.3, 0.15), np.where(gold, 0.75, 0.55)], axis=1)
    one = learned("audience", np.zeros(len(gold), dtype=np.intp), probabilities, np.stack([gold, gold], axis=1))
    found = _thresholds(one, np.ones(len(gold), dtype=bool))
    assert found.figure == 1.0
    assert 0.15 < found.numbers["a"] <= 0.3
    assert 0.55 < found.numbers["b"] <= 0.75


def test_who_is_responsible_is_decided_on_natural_texts_alone():
    gold = np.tile(np.repeat([True, False], LEAST_ROUND), 2)
    natural = np.repeat([True, False], 2 * LEAST_ROUND)
    high, low = np.where(gold, 0.7, 0.5), np.where(gold, 0.3, 0.1)
    probabilities = np.where(natural, high, low)[:, None].repeat(2, axis=1)
    rounds = np.where(natural, list(ROUNDS).index("natural"), list(ROUNDS).index("fresh"))
    found = _thresholds(learned("responsible", rounds, probabilities, np.stack([gold, gold], axis=1)), np.ones(len(gold), dtype=bool))
    assert found.figure == 1.0
    assert 0.5 < found.numbers["a"] <= 0.7


def test_the_intent_elsewhere_is_chosen_with_that_of_relevant_texts_settled():
    relevant = np.repeat([True, False], LEAST_ROUND)
    gold = np.eye(2, dtype=bool)[np.where(relevant, 1, 0)]
    rounds = np.zeros(len(gold), dtype=np.intp)
    sure = learned("intent", rounds, np.where(gold, 0.9, 0.1), gold)
    undecided = learned(INTENT_ELSEWHERE, rounds, np.full(gold.shape, 0.5), gold)
    both = _intents_of_all({"intent": sure, INTENT_ELSEWHERE: undecided}, relevant, Decision({"a": 1.0, "b": 1.0}, 1.0))
    assert (both.probabilities[relevant] == [0, 1]).all()
    assert (both.probabilities[~relevant] == 0.5).all()
