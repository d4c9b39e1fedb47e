"""What makes a ledger unclean: anything but its amounts."""

from dataclasses import fields, replace

import pytest

from benchmarks.soak.ledger import AMOUNTS, Ledger

CLEAN = Ledger(**dict.fromkeys((field.name for field in fields(Ledger)), 0) | dict.fromkeys(AMOUNTS, 7))


def test_a_ledger_that_counts_nothing_else_is_clean():
    assert CLEAN.is_clean


@pytest.mark.parametrize("name", [field.name for field in fields(Ledger) if field.name not in AMOUNTS])
def test_one_of_anything_else_makes_it_unclean(name):
    assert not replace(CLEAN, **{name: 1}).is_clean


def test_a_soak_in_which_nothing_was_served_proves_nothing():
    assert not replace(CLEAN, served=0).is_clean
