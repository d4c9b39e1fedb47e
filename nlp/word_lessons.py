"""What the networks over words learn of labelled texts: all labels of all heads, each from the texts that it concerns."""

from collections.abc import Mapping, Sequence

import numpy as np

from nlp.heads import Head
from nlp.labelled import Labelled
from nlp.linear import Floats
from nlp.stacking import label_names
from nlp.training import Matrices, Opinion, counts, folds_of, gold_labels
from nlp.word_network import FILES, WordNetwork
from nlp.word_network_training import Lessons, learn_word_network


def how_often(rows: Sequence[Labelled], heads: Sequence[Head]) -> Floats:
    """How often each text counts for each label: not at all for what holds of relevant texts only, or leaves its round out."""
    often, relevant, rounds = counts(rows), np.array([row.relevant for row in rows]), np.array([row.round for row in rows])
    columns = [often * ((relevant | (not head.relevant_only)) & ~np.isin(rounds, head.left_out)) for head in heads for _ in head.labels]
    return np.stack(columns, axis=1).astype(np.float32)


def learn_word_networks(
    rows: Sequence[Labelled], read: Mapping[str, Matrices], heads: Sequence[Head]
) -> tuple[dict[str, WordNetwork], Opinion]:
    """The networks by their files, and the mean of what those that have not seen the story say; labels in the order of the heads.

    ``read``: the texts as each recipe reads them.
    """
    wanted = np.tile(np.concatenate([gold_labels(head, rows) for head in heads], axis=1), (2, 1))
    often, folds = np.tile(how_often(rows, heads), (2, 1)), np.tile(folds_of(rows), 2)
    said = [
        learn_word_network(
            Lessons(read[recipe].texts, wanted, often), folds, read[recipe].parts.matrix, folds[read[recipe].parts.owners], seed
        )
        for seed, recipe in enumerate(FILES.values())
    ]
    names = label_names(heads)
    networks = {file: WordNetwork(names, one.features.astype(np.int32), *one.weights) for file, one in zip(FILES, said, strict=True)}
    scores, of_parts = (np.mean(some, axis=0) for some in ([one.scores for one in said], [one.of_parts for one in said]))
    return networks, Opinion(scores, of_parts)
