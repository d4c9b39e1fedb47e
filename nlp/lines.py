"""JSON Lines in, JSON Lines out: each line answered in its place, a bad one with what is wrong with it."""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from typing import NamedTuple

from pydantic import ValidationError

from langnghe.documents import AnnotationRequest
from langnghe.settings import Settings
from nlp.annotator import Annotator, load_annotator

BATCH = 128
"""Lines that are annotated together."""
LONGEST_LINE = 20_000_000
"""Bytes of a line; a longer one is refused, so that memory stays flat."""

_SURROGATES = re.compile("[\ud800-\udfff]")


class Answers(NamedTuple):
    """Output lines of a batch, and how many of them are errors."""

    lines: bytes
    errors: int


class _BadLine(ValueError):
    """A line that can't be annotated, with the id it gives."""

    def __init__(self, problem: str, line_id: object = None) -> None:
        super().__init__(problem)
        self.line_id = line_id if isinstance(line_id, str | int | float) else None


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _parse(line: bytes) -> AnnotationRequest:
    if len(line) > LONGEST_LINE:
        raise _BadLine(f"longer than {LONGEST_LINE} bytes")
    try:
        content = json.loads(line.decode("utf-8-sig"), strict=False)
    except UnicodeDecodeError as error:
        raise _BadLine(f"not UTF-8 at byte {error.start}") from None
    except (ValueError, RecursionError) as error:
        raise _BadLine(f"no JSON: {error}") from None
    if not isinstance(content, dict):
        raise _BadLine("no JSON object")
    # Half of a surrogate pair is no character: replaced one for one, offsets stay.
    content = {key: _SURROGATES.sub("\ufffd", value) if isinstance(value, str) else value for key, value in content.items()}
    try:
        return AnnotationRequest.model_validate({key: value for key, value in content.items() if value is not None or key == "text"})
    except ValidationError as error:
        raise _BadLine(_reason(error), content.get("id")) from None


def _error(error: _BadLine) -> str:
    return json.dumps({"id": error.line_id, "error": str(error)}, ensure_ascii=False)


def answer(annotator: Annotator, lines: list[bytes]) -> Answers:
    """The output for some input lines, one each."""
    parsed: list[AnnotationRequest | _BadLine] = []
    for line in lines:
        try:
            parsed.append(_parse(line))
        except _BadLine as error:
            parsed.append(error)
    requests = [item for item in parsed if isinstance(item, AnnotationRequest)]
    annotations = iter(annotator.annotate(requests))
    output = [
        _error(item) if isinstance(item, _BadLine) else _line(item, next(annotations).model_dump_json(by_alias=True)) for item in parsed
    ]
    return Answers("".join(f"{text}\n" for text in output).encode(), len(parsed) - len(requests))


def _line(request: AnnotationRequest, annotation: str) -> str:
    return f'{{"id":{json.dumps(request.id, ensure_ascii=False)},"annotation":{annotation}}}'


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    filled = iter(line for line in lines if line.strip())
    while batch := list(islice(filled, BATCH)):
        yield batch


_worker: list[Annotator] = []


def _start_worker(settings: Settings) -> None:
    _worker.append(load_annotator(settings))


def _work(lines: list[bytes]) -> Answers:
    return answer(_worker[0], lines)


def _spread(batches: Iterable[list[bytes]], settings: Settings, processes: int) -> Iterator[Answers]:
    """Answers in order; a bounded number of batches is under way, so that memory stays flat however long the input is."""
    waiting: deque[Future[Answers]] = deque()
    with ProcessPoolExecutor(processes, get_context("spawn"), _start_worker, (settings,)) as pool:
        for batch in batches:
            waiting.append(pool.submit(_work, batch))
            if len(waiting) > 3 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def annotate_lines(lines: Iterable[bytes], settings: Settings, processes: int = 1) -> Iterator[Answers]:
    """Annotate JSON Lines, batch by batch; short input is not worth starting processes for."""
    batches = _batches(lines)
    first = list(islice(batches, 4 if processes > 1 else 1))
    if processes > 1 and len(first) == 4:
        yield from _spread(chain(first, batches), settings, processes)
        return
    annotator = load_annotator(settings)
    for batch in chain(first, batches):
        yield answer(annotator, batch)
