"""``langnghe train``: from labelled texts to the shipped model files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.linalg import block_diag

from langnghe.labels import Labels
from nlp.agreement import TOGETHER, learn_table, reconcile, with_relevance
from nlp.calibration import calibrate_each, calibrate_together, mixed
from nlp.card import write_card
from nlp.deciding import Learned, by_name, decide, only
from nlp.features import FeatureReader
from nlp.heads import Head, heads
from nlp.labelled import DECIDED_WITH, ROUNDS, Labelled, split
from nlp.linear import Bools, Floats, Linear, Places, Vocabulary, logistic, save_linear, save_vocabulary, softmax, step_sizes
from nlp.mixing import FILE, Mixing, save_mixing
from nlp.model_files import write_decisions
from nlp.stack_training import PASSES, PASSES_FOR_RELEVANCE, learn_network
from nlp.stacking import FILES, Network, corrected, is_stacked, label_names, of_words, save_network
from nlp.training import Group, Lesson, Matrices, Opinion, Recipe, gold_labels, joined
from nlp.training_memory import require_memory
from nlp.training_texts import LongTexts, TrainingTexts
from nlp.view_weights import learn_each, learn_relevance, learn_together
from nlp.views import IN_PRINT, of_relevance, weighed
from nlp.word_lessons import learn_word_networks
from nlp.word_network import WordNetwork, save_word_network

SHIPPED = Path(__file__).parent / "models" / "shipped"
RECIPES = {
    "stance": Recipe({"w": 1.4, "f": 1.0, "f<t": 0.4, "c": 0.2, "x": 0.4, "s": 0.5, "l": 0.2, "b": 0.12, "y": 0.1}, penalty=1.0),
    "topics": Recipe(
        {"w": 1.0, "f": 1.5, "f<x": 0.9, "f<t": 0.5, "x": 0.5, "s": 0.2, "l": 0.5, "l<y": 0.5, "l<t": 0.3, "b": 0.1, "y": 0.1},
        penalty=0.45,
    ),
}
"""Chosen on the folds. With n-grams of characters too the heads of topics took twice as long; mixed with the networks over words, topics
and subtopics were within 0.002 with and without them on 3,233 relevant texts of writers whom neither had seen."""


def _lessons(known: Sequence[Labelled], read: Matrices, heads_: list[Head]) -> Iterator[tuple[Head, Lesson, Places]]:
    """Learn heads that share a recipe; with each the places of the texts and copies that taught it."""
    penalty = RECIPES[heads_[0].recipe].penalty
    relevant, rounds = np.array([row.relevant for row in known]), np.array([row.round for row in known])
    for (relevant_only, left_out), members in groupby(heads_, key=lambda head: (head.relevant_only, head.left_out)):
        together = list(members)
        group = Group(read, known, penalty, (relevant | (not relevant_only)) & ~np.isin(rounds, left_out))
        for head, lesson in zip(together, group.learn([gold_labels(head, known) for head in together]), strict=True):
            yield head, lesson, group.taught


class _Settled(NamedTuple):
    """A head that is learned, what the networks over words add to it, and how its views are weighed (by name)."""

    learned: Learned
    added: Floats
    offset: Floats
    of_views: dict[str, dict[str, list[float]]]


def _weighed(
    head: Head, opinion: Opinion, gold: Bools, long: LongTexts, relevant: Bools
) -> tuple[Floats, dict[str, dict[str, list[float]]]]:
    """The scores of all texts, those of long ones weighed anew from their views, and those weights by their names."""
    scores = long.views(opinion)
    taught = relevant[long.places] if head.relevant_only else np.ones(len(long.places), dtype=bool)
    wanted = gold[long.places]
    if head.name == "relevant":
        learned = learn_relevance(scores, long.presences, wanted)
        weights = {"relevant": learned, "relevant in print": IN_PRINT}
        names = [of_relevance(kind) for kind in long.kinds]
    else:
        weights = {head.name: (learn_each if head.choice == "any" else learn_together)(scores[taught], wanted[taught])}
        names = [head.name] * len(long.places)
    all_scores = opinion.scores.copy()
    for place, of_views, presence, name in zip(long.places, scores, long.presences, names, strict=True):
        all_scores[place] = weighed(of_views, weights[name], presence)
    return all_scores, weights


def _settled(
    head: Head, lesson: Lesson, taught: Places, said: Opinion, gold: Bools, long: LongTexts, relevant: Bools, rounds: Places
) -> _Settled:
    """A head with what the networks over words say of its labels; ``gold``: of texts and copies."""
    calibrate = calibrate_each if head.choice == "any" else calibrate_together
    both = (lesson.opinion, said)
    calibration = calibrate([one.scores[taught] for one in both], gold[taught])
    opinion = Opinion(mixed([one.scores for one in both], calibration), mixed([one.of_parts for one in both], calibration))
    scores, of_views = _weighed(head, opinion, gold, long, relevant)
    (of_linear, of_words_), offset = calibration
    linear = Linear(list(head.labels), (lesson.weights @ of_linear).astype(np.float32), lesson.bias @ of_linear)
    probabilities = logistic(scores) if head.choice == "any" else softmax(scores)
    return _Settled(Learned(head, linear, probabilities, gold, rounds), of_words_, offset, of_views)


def _agree(learned: list[Learned], relevant: Bools) -> Floats:
    """Reconcile the heads that are decided together, in place, and return their table, which the relevant texts teach."""
    together = [by_name(learned)[name] for name in TOGETHER]
    table = learn_table([one.classes[relevant] for one in together], [len(one.head.labels) for one in together])
    for one, probabilities in zip(together, reconcile([one.probabilities for one in together], table), strict=True):
        one.probabilities = probabilities
    return table


def _correct(learned: list[Learned], said: Floats, relevant: Bools, stories: Sequence[str]) -> tuple[Floats, dict[str, Network]]:
    """Let the heads correct each other, in place; the table by which some were reconciled before, and the networks.

    ``said``: scores of the networks over words; ``stories``: of each text, and of each copy.
    """
    probabilities = np.concatenate([*(one.probabilities for one in learned), logistic(said)], axis=1)
    of_relevance, about = [by_name(learned)["relevant"]], [one for one in learned if is_stacked(one.head)]

    def network_of(some: list[Learned], teaches: Bools, passes: int) -> tuple[Network, Floats]:
        inputs, outputs = of_words(label_names([one.head for one in learned])), label_names([one.head for one in some])
        gold = np.concatenate([one.gold for one in some], axis=1)
        return learn_network(inputs, outputs, probabilities, gold, teaches, stories, passes)

    first, relevance = network_of(of_relevance, np.ones_like(relevant), PASSES_FOR_RELEVANCE)
    second, scores = network_of(about, relevant, PASSES)
    table = _agree(learned, relevant)
    corrections = np.concatenate([relevance, scores], axis=1)
    ends = np.cumsum([len(one.head.labels) for one in of_relevance + about])[:-1]
    for one, of_head in zip(of_relevance + about, np.split(corrections, ends, axis=1), strict=True):
        one.probabilities = corrected(one.head, one.probabilities, of_head)
    concern = by_name(learned)["concern"]
    concern.probabilities = with_relevance(concern.probabilities, by_name(learned)["relevant"].probabilities[:, 0])
    return table, {"relevance": first, "about": second}


def build(
    rows: Sequence[Labelled], labels: Labels, read: FeatureReader, folder: Path = SHIPPED, step: Callable[[], None] = lambda: None
) -> dict[str, float]:
    """Train on all rows that are not of a test and write the model files to ``folder``.

    Raises:
        Unavailable: the machine has too little memory for so many texts.

    Returns:
        F1 (any), quadratic kappa (grade) or macro-F1 (one) of each head on the folds, of short texts and of long ones.
    """
    known, tests = split(rows)
    require_memory(known)
    texts = TrainingTexts(known, read)
    read_as = {name: texts.as_read(recipe.lengths) for name, recipe in RECIPES.items()}
    texts.forget()
    long, relevant = texts.long, np.tile(np.array([row.relevant for row in known]), 2)
    rounds = np.tile(np.array([list(ROUNDS).index(DECIDED_WITH.get(row.round, row.round)) for row in known]), 2)
    all_heads = heads(labels)
    of_words_, said = learn_word_networks(known, read_as, all_heads)
    settled: list[_Settled] = []
    for recipe, members in groupby(all_heads, key=lambda head: head.recipe):
        for head, lesson, taught in _lessons(known, read_as[recipe], list(members)):
            gold, start = np.tile(gold_labels(head, known), (2, 1)), sum(len(one.offset) for one in settled)
            of_head = said.of(slice(start, start + len(head.labels)))
            settled.append(_settled(head, lesson, taught, of_head, gold, long, relevant, rounds))
            step()
    learned = [one.learned for one in settled]
    table, networks = _correct(learned, said.scores, relevant, [row.story for row in known] * 2)
    decided = {length: decide(only(learned, chosen), labels.parent_of) for length, chosen in (("short", ~long.long), ("long", long.long))}
    decisions = {
        "lengths": {name: recipe.lengths for name, recipe in RECIPES.items()},
        "views": {name: weights for one in settled for name, weights in one.of_views.items()},
        "together": np.round(table.astype(float), 3).tolist(),
        **{length: {name: decision.numbers for name, decision in found.items()} for length, found in decided.items()},
    }
    figures = {name: (short.figure, decided["long"][name].figure) for name, short in decided["short"].items()}
    _write_arrays(folder, texts.vocabulary, learned, networks)
    _write_words(folder, of_words_, settled)
    write_decisions(folder, decisions)
    write_card(folder / "CARD.md", known, sum(map(len, tests.values())), figures, texts.vocabulary)
    return {f"{name} ({length})": figure for name, both in figures.items() for length, figure in zip(decided, both, strict=True)}


def _write_arrays(folder: Path, vocabulary: Vocabulary, learned: list[Learned], networks: dict[str, Network]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_vocabulary(folder / "vocabulary.npz", vocabulary)
    steps = step_sizes(vocabulary)
    for name in dict.fromkeys(one.head.file for one in learned):
        save_linear(folder / f"{name}.npz", joined([(one.head, one.model) for one in learned if one.head.file == name]), steps)
    for name, network in networks.items():
        save_network(folder / FILES[name], network)


def _write_words(folder: Path, networks: Mapping[str, WordNetwork], settled: list[_Settled]) -> None:
    """Write the networks over words, and what they add to the linear models."""
    for name, network in networks.items():
        save_word_network(folder / name, network)
    matrix = block_diag(*(one.added for one in settled)).astype(np.float32)
    labels = label_names([one.learned.head for one in settled])
    save_mixing(folder / FILE, Mixing(labels, matrix, np.concatenate([one.offset for one in settled]).astype(np.float32)))
