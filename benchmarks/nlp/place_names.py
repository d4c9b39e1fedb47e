"""``python -m benchmarks.nlp.place_names``: counts again what names of places are when they are typed without marks.

Writes ``config/places/plain_names.yaml`` from the labelled texts that the models are trained on, never from those they are tested on.
"""

from textwrap import fill

from langnghe.config_files import default_config_dir
from nlp.labelled import load_labelled, split
from nlp.places.names import load_names
from nlp.places.plain_names import counted

_HEAD = """# Written by `python -m benchmarks.nlp.place_names`: what the syllables of names are in training texts with marks.
# A name that is in neither list is hardly ever anything else: no word before it is needed.
"""


def main() -> None:
    """Count and write."""
    rows = split(load_labelled()).training
    texts = {text for row in rows for text in (row.text, row.title, row.context) if text}
    names = counted(load_names().spellings(), texts)
    parts = [
        ('# Often the place, often other words: after words such as "ở", or where a place is named near by.', "mixed", names.mixed),
        ('# Mostly other words: only after a word such as "huyện", "BHXH" or "bệnh viện".', "others", names.others),
    ]
    lists = [f"{note}\n{key}: " + fill("[" + ", ".join(sorted(found)) + "]", 150, subsequent_indent="  ") for note, key, found in parts]
    (default_config_dir() / "places" / "plain_names.yaml").write_text(_HEAD + "\n".join(lists) + "\n", encoding="utf-8")
    print(f"{len(names.mixed)} mixed, {len(names.others)} others")


if __name__ == "__main__":
    main()
