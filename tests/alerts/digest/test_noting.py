"""A mail that the server has taken is noted as soon as the record is back: it is not sent again for want of a note."""

import threading

from alerts.digest.message import Envelope, notice
from alerts.digest.outbox import Addressed, enqueue
from alerts.digest.sending import send_waiting
from langnghe.actor import NATIONAL
from langnghe.clock import vietnam_day
from langnghe.record.database import open_record
from tests.alerts.digest.conftest import TO
from tests.servers.postgresql import postgresql_server


def test_a_record_that_goes_away_after_a_mail_was_taken_costs_no_second_mail(settings, clock, mailbox) -> None:
    day = vietnam_day(clock.now())
    with postgresql_server() as server:
        record = open_record(settings.model_copy(update={"record_url": server.url}), clock)
        message = notice("Thử", "Một thư.", Envelope("notice-1", NATIONAL, day, TO, clock.now()), settings.mail)
        with record.session() as session:
            enqueue(session, Addressed(message, TO, "notice-1", day, NATIONAL), record)
        again = threading.Timer(1, server.start)

        def lose_the_record() -> None:
            server.kill()
            again.start()

        mailbox.on_data = lose_the_record
        assert send_waiting(record, settings).sent == 1
        again.join()
        assert send_waiting(record, settings).sent == 0
        record.close()
    assert mailbox.recipients == [TO]
