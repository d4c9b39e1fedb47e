"""What every index holds of a document, by kind of field; both backends make their schema of it."""

TEXTS = ("marked", "folded", "title", "title_marked", "context")
"""Tokens, parted by blanks."""
LABELS = (
    "kind",
    "source",
    "outlet",
    "office",
    "relevant",
    "concern",
    "sentiment",
    "intent",
    "topics",
    "provinces",
    "audience",
    "responsible",
    "veracity",
    "formal",
    "today",
    "partition",
    "sure",
)
"""Looked up and counted as they are."""
