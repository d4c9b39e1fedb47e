"""JSON Lines in, JSON Lines out: each line answered in its place, a bad one with what is wrong with it."""

import json
import math
import re
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from typing import NamedTuple

from pydantic import ValidationError

from langnghe.clock import vietnam_day
from langnghe.documents import Annotation, AnnotationRequest
from langnghe.settings import Settings
from nlp.annotator import Annotator, load_annotator

BATCH = 128
"""Lines that are annotated together."""
LONGEST_LINE = 20_000_000
"""Bytes of a line; a longer one is refused, so that memory stays flat."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_INTERNAL = {"context_provinces", "home_province"}
"""Fields that only the record fills."""


class Answers(NamedTuple):
    """Output lines of a batch, and how many of them are errors."""

    lines: bytes
    errors: int


class _BadLine(ValueError):
    """A line that can't be annotated, with the id it gives."""

    def __init__(self, problem: str, line_id: object = None) -> None:
        super().__init__(problem)
        writable = isinstance(line_id, str | int) or (isinstance(line_id, float) and math.isfinite(line_id))
        self.line_id = line_id if writable else None


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _parse(line: bytes) -> AnnotationRequest:
    if len(line) > LONGEST_LINE:
        raise _BadLine(f"longer than {LONGEST_LINE} bytes")
    try:
        content = json.loads(line.decode("utf-8-sig"), strict=False, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise _BadLine(f"not UTF-8 at byte {error.start}") from None
    except (ValueError, RecursionError) as error:
        raise _BadLine(f"no JSON: {error}") from None
    if not isinstance(content, dict):
        raise _BadLine("no JSON object")
    # Half of a surrogate pair is no character: replaced one for one, offsets stay.
    content = {key: _SURROGATES.sub("\ufffd", value) if isinstance(value, str) else value for key, value in content.items()}
    content = {key: value for key, value in content.items() if key not in _INTERNAL and (value is not None or key == "text")}
    try:
        request = AnnotationRequest.model_validate(content)
        if request.published:
            vietnam_day(request.published)
    except ValidationError as error:
        raise _BadLine(_reason(error), content.get("id")) from None
    except OverflowError:
        raise _BadLine("published: no day of the calendar in Vietnam", content.get("id")) from None
    return request


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
    annotated = iter(_annotated(annotator, requests))
    output = [item if isinstance(item, _BadLine) else next(annotated) for item in parsed]
    text = "".join(f"{_error(item) if isinstance(item, _BadLine) else item}\n" for item in output)
    return Answers(text.encode(), sum(isinstance(item, _BadLine) for item in output))


def _annotated(annotator: Annotator, requests: list[AnnotationRequest]) -> list[str | _BadLine]:
    """An output line for each request; where all together fail, one by one, so that only what fails alone is an error."""
    try:
        return [_line(request, annotation) for request, annotation in zip(requests, annotator.annotate(requests), strict=True)]
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer to one line and keeps no other from its own
        if len(requests) == 1:
            return [_BadLine(f"could not be annotated: {type(error).__name__}: {error}", requests[0].id)]
        return [line for request in requests for line in _annotated(annotator, [request])]


def _line(request: AnnotationRequest, annotation: Annotation) -> str:
    return f'{{"id":{json.dumps(request.id, ensure_ascii=False)},"annotation":{annotation.model_dump_json(by_alias=True)}}}'


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
