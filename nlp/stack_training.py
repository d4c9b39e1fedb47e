"""Learning the network that lets the heads correct each other (:mod:`nlp.stacking`) from what their models on the folds say."""

import warnings
from collections.abc import Sequence

import numpy as np
from joblib import Parallel, delayed, parallel_config
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from nlp.labelled import part_of
from nlp.linear import Bools, Floats
from nlp.stacking import Network, log_odds, side_by_side
from nlp.training import FOLDS

UNITS, PENALTY, PASSES, BATCH, RATE = 128, 1.0, 20, 256, 0.002
"""Of 64 to 256 units, penalties 0.3 to 3 and 10 to 40 passes these were within 0.004 of the best on the folds, and among the quickest;
64 units gave 0.002 to 0.007 less. Kind, length and question marks of the text as further inputs were no better on rounds that had not
taught it; its concepts, and what each source of features adds to a score, were worse on the folds."""
PASSES_FOR_RELEVANCE = 10
"""As good as 20 on the folds: F1 of short texts 0.927 against 0.923 without a network; on rounds that had not
taught it (15 passes) 0.926."""
NETWORKS, ON_FOLDS = 4, 2
"""How many, started from different numbers, speak with one voice; on the folds, to decide on, fewer. Three small ones were as good there as
one of twice their units; before networks over words were read too, six gave 0.0004 to 0.0009 more than three in relevance, topics and
subtopics."""
AT_ONCE = 2
"""Networks that are learned at a time, each on one core: a second core makes one of them no faster."""


def _fitted(inputs: list[str], outputs: list[str], read: Floats, gold: Bools, passes: int, seed: int) -> Network:
    scaler = StandardScaler().fit(read)
    classifier = MLPClassifier(
        (UNITS,), alpha=PENALTY, max_iter=passes, learning_rate_init=RATE, batch_size=min(BATCH, len(read)), random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped after some passes on purpose
        classifier.fit(scaler.transform(read), (gold[:, 0] if gold.shape[1] == 1 else gold).astype(np.int64))
    hidden = classifier.coefs_[0] / scaler.scale_[:, None]
    numbers = (hidden, classifier.intercepts_[0] - scaler.mean_ @ hidden, classifier.coefs_[1], classifier.intercepts_[1])
    return Network(inputs, outputs, *(number.astype(np.float32) for number in numbers))


def learn_network(
    inputs: list[str],
    outputs: list[str],
    probabilities: Floats,
    gold: Bools,
    teaches: Bools,
    stories: Sequence[str],
    passes: int = PASSES,
) -> tuple[Network, Floats]:
    """The network, and the scores that networks which have not seen the story give each text.

    Args:
        inputs: labels of the columns of ``probabilities``.
        outputs: labels of the columns of ``gold``.
        probabilities: of all heads' labels, by models that have not seen the story; one row a text or copy.
        gold: which of the labels hold.
        teaches: which texts teach it.
        stories: of each text.
        passes: over the texts.
    """
    read = log_odds(probabilities)
    fold = np.array([int(part_of(story, "stack") * FOLDS) for story in stories])

    of_folds = [teaches & (fold != number) for number in range(FOLDS)]
    taught = [texts for texts in of_folds for _ in range(ON_FOLDS)] + [teaches] * NETWORKS
    seeds = [*range(ON_FOLDS)] * FOLDS + [*range(NETWORKS)]
    tasks = (delayed(_fitted)(inputs, outputs, read[texts], gold[texts], passes, seed) for texts, seed in zip(taught, seeds, strict=True))
    with parallel_config(backend="loky", inner_max_num_threads=1):
        found = Parallel(n_jobs=AT_ONCE)(tasks)
    scores = np.zeros(gold.shape, dtype=np.float32)
    for number in range(FOLDS):
        held = side_by_side(found[number * ON_FOLDS : (number + 1) * ON_FOLDS])
        scores[fold == number] = held.scores(probabilities[fold == number])
    return side_by_side(found[-NETWORKS:]), scores
