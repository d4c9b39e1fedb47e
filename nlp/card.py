"""The model card of the shipped models, written when they are built."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from nlp.labelled import Labelled
from nlp.linear import LEVELS, Vocabulary
from nlp.word_network import LEVELS as LEVELS_OF_WORDS

_TEXT = """# Shipped models

Linear models and small networks that read Vietnamese texts about social, health and unemployment insurance: whether a text is about them,
topics, stance, what its author wants, how much an officer has to do about it. `langnghe train` builds them; this card is written with them.

- **Method.** Ridge regression, one model a label, on n-grams of syllables (1 to 3) and, but for topics and whom a text is about, of
  characters (2 to 5), on the title of the article or thread, on concepts of the domain (`config/lexicon/concepts.yaml`) and on style.
  Beside it two networks of one hidden layer over the commonest of these features, which speak of all labels at once
  (`nlp/word_network.py`). What both say is made one probability (`nlp/calibration.py`), and thresholds are chosen, on three folds that
  hold stories apart. Each text teaches twice, once without its marks. Of a text of more than 130 syllables the excerpt, the lead and the
  passages that name the insurances are read each for itself, and weighed; printed articles' relevance follows more from how present the
  insurances are in them. What all heads say of a relevant text, and what the networks over words say by themselves, is then read by
  another small network, which corrects topics, stance, intent, concern, who answers and whom it is about half-way (`nlp/stacking.py`);
  a second one, which all texts teach, corrects relevance, and concern is weighed with relevance. The figure of `intent_elsewhere` is
  that of both heads of intent together, on all texts.
- **Data.** {known} labelled texts written for this project (`nlp/data/labelled`): {kinds}. {test} more are kept for the
  tests.
- **Files.** {features} features; weights of the linear models as whole numbers from -{linear} to {linear}, of the networks' words from
  -{words} to {words}; read with numpy, nothing in them runs.
- **Use.** To sort and count public texts for officers, who see each label with its evidence and can correct it. Not to judge persons.
- **Limits.** Written texts stand for real ones; sarcasm, hints without any word of the domain and very short comments are often misread.
  `langnghe evaluate` measures the tests, with slices.
- **Licence.** Apache-2.0, like the program.

Figures on the folds:

| decision | short texts | long texts |
| --- | --- | --- |
{figures}
"""


def write_card(
    path: Path, known: Sequence[Labelled], test: int, figures: Mapping[str, tuple[float, float]], vocabulary: Vocabulary
) -> None:
    """Write the card of models that were learned from ``known``, with ``test`` texts kept apart.

    ``figures``: of each decision, on short texts and on long ones.
    """
    kinds = Counter(str(row.kind) for row in known)
    text = _TEXT.format(
        known=len(known),
        test=test,
        kinds=", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())),
        features=len(vocabulary.names),
        linear=LEVELS,
        words=LEVELS_OF_WORDS,
        figures="\n".join(f"| {name} | {short:.3f} | {long:.3f} |" for name, (short, long) in figures.items()),
    )
    path.write_text(text, encoding="utf-8")
