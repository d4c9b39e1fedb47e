"""Crawlers and workers on PostgreSQL, Redis and Elasticsearch, all of which are ended without a word: nothing is lost or doubled."""

import pytest

from benchmarks.soak.__main__ import soak


@pytest.mark.timeout(900)
def test_after_faults_of_every_kind_the_ledger_is_clean():
    said: list[str] = []
    ledger, struck = soak(seconds=25, seed=1, crawlers=2, workers=2, say=said.append)
    assert sum(struck.values()) >= 2, said
    assert ledger.is_clean, ledger
