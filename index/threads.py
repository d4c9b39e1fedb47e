"""Calls at the same time: engines let go of Python while they search, so that each has a core of its own."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

MOST = 4

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


def cores() -> int:
    """How many calls at the same time are worth it."""
    return min(os.cpu_count() or 1, MOST)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores(), thread_name_prefix="search")


def started(call: Callable[[_Item], _Answer], items: Sequence[_Item]) -> Callable[[], list[_Answer]]:
    """Begin a call for every item, at the same time where there are several; gives what waits for the answers."""
    if len(items) == 1:
        return lambda: [call(items[0])]
    waiting = [_pool().submit(call, item) for item in items]
    return lambda: [answer.result() for answer in waiting]
