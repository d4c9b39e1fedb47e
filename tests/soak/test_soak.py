"""Crawlers and workers on real engines while everything fails once: nothing is lost or doubled."""

import pytest

from benchmarks.soak.soak import soak

SOURCES = ("dansinhmoi", "miendatdo", "songkhoe24")
"""Three newspapers with their readers' comments."""


@pytest.mark.timeout(1500)
def test_after_faults_of_every_kind_the_ledger_is_clean():
    said: list[str] = []
    done = soak(seconds=0, seed=1, say=said.append, only=SOURCES)
    assert done.ledger.is_clean, (done.ledger, said)
    assert not done.under_way, (done.under_way, said)
    assert len(done.struck) == 15, said
    assert done.survived == done.struck, said
    assert done.ledger.mails >= 20
