"""Several at once at one case: one wins, the others are told, on either database."""

import threading
from functools import partial

from alerts import cases
from alerts.cases.opening import open_case_about_document
from langnghe.actor import Actor, Role
from langnghe.errors import Conflict
from tests.alerts.conftest import TODAY, Writer

LAN = Actor("Lan", Role.officer, "34-40")


def at_once(*acts):
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_who_open_a_case_about_the_same_article_at_once_open_one(any_record, settings, privacy):
    document = Writer(any_record, privacy)(TODAY, concern=2)
    opened, refused = [], []

    def act():
        try:
            opened.append(open_case_about_document(any_record, LAN, document, settings).id)
        except Conflict:
            refused.append(document)

    at_once(*[act] * 4)
    assert (len(opened), len(refused)) == (1, 3)


def test_of_many_at_once_exactly_one_wins_on_either_database(any_record, settings, privacy):
    document = Writer(any_record, privacy)(TODAY, concern=2)
    case = open_case_about_document(any_record, LAN, document, settings)
    won, lost = [], []

    def take(name):
        try:
            won.append(cases.assign(any_record, LAN, case.id, name, settings, row_version=1).officer)
        except Conflict:
            lost.append(name)

    at_once(*(partial(take, f"Cán bộ {i}") for i in range(6)))
    assert (len(won), len(lost)) == (1, 5)
    with any_record.reading() as session:
        assert cases.find_case(session, case.id).officer == won[0]
        assert [event.version for event in cases.case_history(session, LAN, case.id)] == [1, 2]
