"""``python -m alerts.novelty.usual``: how usual phrases are in the labelled texts, written to ``config/lexicon/usual_phrases.txt``."""

from collections import Counter

from langnghe.config_files import default_config_dir
from langnghe.phrases import texts_that_hold
from langnghe.usual_phrases import USUAL_FILE
from nlp.labelled import load_labelled

LEAST = 0.001
"""Share of the texts from which a phrase is written down."""
_BEGINNING = 1200
"""Characters of a text that are read, as of a concern's."""
_HEAD = """# Part of the labelled texts about the insurances that hold a phrase; what marks a concern is held against it.
# Made by python -m alerts.novelty.usual
"""


def main() -> None:
    """Count and write."""
    texts = [f"{row.title or ''}. {row.text[:_BEGINNING]}" for row in load_labelled() if row.relevant]
    counts: Counter[str] = texts_that_hold(texts)
    lines = [f"{count / len(texts):.4f}\t{phrase}" for phrase, count in counts.items() if count >= LEAST * len(texts)]
    path = default_config_dir() / "lexicon" / USUAL_FILE
    path.write_text(_HEAD + "\n".join(sorted(lines, key=lambda line: (-float(line.split("\t")[0]), line))) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
