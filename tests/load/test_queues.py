"""The simulation of the queues against what can be worked out by hand, and what is read from the workers' logs."""

import random
import statistics

import pytest

from benchmarks.load.queues import ANNOTATE, FOLLOW, HAND_OUT, JOBS, Service, Shape, simulate
from benchmarks.load.workers import services_of

NOTHING = Service(0.0, 0.0)


def services(each: float, *, fixed: float = 0.0, jobs: float = 0.0) -> dict[str, Service]:
    return {HAND_OUT: NOTHING, ANNOTATE: Service(fixed, each), FOLLOW: NOTHING, JOBS: Service(jobs, 0.0)}


def shape(workers: int = 1, batch: int = 1, most: int = 10**6, hand_out: float = 0.1) -> Shape:
    return Shape(workers, batch, most, hand_out, 3.0, 60.0, 0.0)


def test_a_heap_takes_its_work_divided_by_the_workers():
    for workers in (1, 2, 4):
        annotated = simulate([0.0] * 1000, services(0.05), shape(workers, batch=10)).annotated
        assert max(annotated) == pytest.approx(1000 * 0.05 / workers, rel=0.02)


def test_a_stream_waits_as_the_formula_of_pollaczek_and_khinchine_says():
    rng, at, arrivals = random.Random(3), 0.0, []
    for _ in range(4_000):
        at += rng.expovariate(7.0)
        arrivals.append(at)
    annotated = simulate(arrivals, services(0.1), shape(hand_out=0.04)).annotated
    waits = [done - came for done, came in zip(annotated, arrivals, strict=True)]
    load = 0.7
    assert statistics.mean(waits) == pytest.approx(0.1 + load * 0.1 / (2 * (1 - load)) + 0.02, rel=0.15)


def test_nothing_is_done_before_it_came_or_found_before_it_was_annotated():
    arrivals = [number * 0.01 for number in range(500)]
    outcome = simulate(arrivals, services(0.02, fixed=0.1, jobs=5.0), shape(2, batch=20, most=100, hand_out=2.0))
    for came, annotated, searchable in zip(arrivals, outcome.annotated, outcome.searchable, strict=True):
        assert came < annotated <= searchable


def test_fewer_claims_than_the_workers_could_do_between_two_looks_hold_them_up():
    fast, slow = (max(simulate([0.0] * 400, services(0.001), shape(most=most, hand_out=2.0)).annotated) for most in (400, 100))
    assert (fast < 3.0, slow > 7.0) == (True, True)


def test_what_a_task_takes_is_read_from_those_that_were_done():
    tasks = [
        ("annotate", 9.0, 50),
        *(("annotate", 0.2 + 0.01 * n, n) for n in (10, 20, 50)),
        ("follow_index", 1.0, 7),
        ("follow_index", 2.0, 7),
    ]
    found = services_of(tasks)
    assert (found["annotate"].fixed, found["annotate"].each) == (pytest.approx(0.2), pytest.approx(0.01))
    assert found["follow_index"] == Service(2.0, 0.0)
