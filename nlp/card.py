"""The model card of the shipped models, written when they are built."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from nlp.labelled import Labelled
from nlp.linear import Vocabulary

_TEXT = """# Shipped models

Linear models that read Vietnamese texts about social, health and unemployment insurance: whether a text is about them, topics, stance,
what its author wants, how much an officer has to do about it. `langnghe train` builds them; this card is written with them.

- **Method.** Ridge regression, one model a label, on n-grams of syllables (1 to 3) and characters (2 to 5), on the title of the article or
  thread, on concepts of the domain (`config/lexicon/concepts.yaml`) and on style; probabilities calibrated (Platt) and thresholds chosen on
  three folds that hold stories apart. Each text teaches twice, once without its marks. Of a
  text of more than 130 syllables the excerpt, the lead and the passages that name the insurances are read each for itself, and weighed;
  printed articles' relevance follows more from how present the insurances are in them. What all heads say of a relevant text is then read
  by a network of one hidden layer, which corrects topics, stance, intent, concern, who answers and whom it is about half-way
  (`nlp/stacking.py`); another, which all texts teach, corrects relevance, and concern is weighed with relevance. The figure of
  `intent_elsewhere` is that of both heads of intent together, on all texts.
- **Data.** {known} labelled texts written for this project (`nlp/data/labelled`): {kinds}. {test} more are kept for the
  tests.
- **Files.** {features} features; weights as whole numbers from -127 to 127; read with numpy, nothing in them runs.
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
        figures="\n".join(f"| {name} | {short:.3f} | {long:.3f} |" for name, (short, long) in figures.items()),
    )
    path.write_text(text, encoding="utf-8")
