"""Mails leave encrypted and after a login, to a server that proves who it is."""

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from pydantic import SecretStr

from alerts.digest.sending import send_digest
from crawlers.samples.authority import open_authority
from langnghe.actor import SYSTEM
from langnghe.errors import Unavailable
from tests.alerts.conftest import TODAY
from tests.alerts.digest.conftest import TO, Mailbox, Server, free_port


def check_login(server, session, envelope, mechanism, given):
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"langnghe", "mật khẩu".encode())
    return AuthResult(success=right, handled=right)


@pytest.fixture(params=["starttls", "tls"])
def secure(request, settings, tmp_path):
    """A server that asks for encryption and a login."""
    authority = open_authority(tmp_path / "ca")
    context = authority.context_for("localhost")
    handler = Mailbox()
    if request.param == "starttls":
        server = Server(
            handler,
            hostname="localhost",
            port=free_port(),
            tls_context=context,
            require_starttls=True,
            authenticator=check_login,
            auth_required=True,
        )
    else:
        server = Server(
            handler, hostname="localhost", port=free_port(), ssl_context=context, auth_require_tls=False, authenticator=check_login
        )
    server.start()
    settings.mail.port = server.port
    settings.mail.host, settings.mail.ca_file = "localhost", authority.ca_file
    setattr(settings.mail, request.param, True)
    settings.mail.username, settings.mail.password = "langnghe", SecretStr("mật khẩu")
    yield handler
    server.stop()


def test_mails_leave_encrypted_and_after_a_login(secure, busy, settings):
    assert send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    assert secure.recipients == [TO]


def test_a_wrong_password_is_named_and_never_shown(secure, busy, settings):
    settings.mail.password = SecretStr("sai")
    with pytest.raises(Unavailable, match=r"refuses the login of langnghe\. Correct mail\.username"):
        send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    assert secure.taken == []


def test_a_server_that_can_not_prove_who_it_is_gets_nothing(secure, busy, settings):
    settings.mail.ca_file = None
    with pytest.raises(Unavailable, match=r"can't be trusted.*mail\.ca_file"):
        send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    assert secure.taken == []
