"""What lifts a document, and by how much. The scores of BM25 that these are added to lie between 5 and 30.

Found by coordinate ascent on nDCG@10 over the `dev` half of the judged queries (tests/index/quality), whose annotations come from models
that had not seen the texts; rounded, and where a wide range did equally well the middle of it was taken. Words weigh little in the title
and as neighbours because labels say the same more surely. The `held` half had no say.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """Factors of BM25 scores, and scores that labels add."""

    title: float = 0.15
    """Factor of words in the title."""
    context: float = 0.4
    """Factor of words in the title of the article or thread that a piece belongs to."""
    in_context: float = 0.4
    """The same, where the words stand there alone."""
    neighbours: float = 0.05
    """Factor of two neighbours of the query that are neighbours in the text: half of all Vietnamese words are two syllables."""
    optional: float = 0.1
    """Factor of words that decide nothing."""
    wish: float = 0.2
    """Factor of the words that ask for a label, where they stand in the text."""
    other_form: float = 0.6
    """Factor of another way to write the same ("bảo hiểm y tế" for "bhyt")."""
    no_marks: float = 0.7
    """Factor of a text without marks, where the query has them."""
    other_marks: float = 0.3
    """Factor of a text with other marks ("thuộc" for "thuốc"), which is found only where there is little else."""
    topic: float = 6.0
    """A topic or subtopic that the words name."""
    parent: float = 3.0
    """The topic that a named subtopic belongs to."""
    guessed: float = 6.0
    """A topic that the words are likely to speak of, times its probability."""
    sure_guessed: float = 3.0
    """The same where the model is sure of the label, in addition."""
    unit: float = 2.0
    """A unit of the query that a document has, by its words or by a label."""
    domain: float = 2.0
    """A topic of health insurance, where health insurance is named."""
    place: float = 12.0
    intent: float = 8.0
    sentiment: float = 10.0
    kind: float = 12.0
    audience: float = 6.0
    sure: float = 4.0
    """A wanted label that the model is sure of, in addition."""
    relevant: float = 4.0
    newest: float = 6.0
    """For each of the last 7, 30, 90 and 365 days, where the query asks for what is recent."""
    has_all: float = 5.0
    """What has every unit above what has most; a text about the very topic and place may still stand between."""


WEIGHTS = Weights()
