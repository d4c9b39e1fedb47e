"""Texts as people type them without marks, made from texts with them."""

from langnghe.documents import AnnotationRequest
from langnghe.folding import fold


def without_marks(request: AnnotationRequest) -> AnnotationRequest:
    """The same text typed without marks: a copy of each teaches the models to read such texts, and measures how they do."""
    bare = {name: fold(value) for name in ("text", "title", "context") if (value := getattr(request, name))}
    return request.model_copy(update=bare)
