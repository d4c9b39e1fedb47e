"""The command that serves the dashboard: its port, its settings, its end."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from streamlit.web.server.starlette import starlette_server

from dashboard.__main__ import answer_at_once
from langnghe.cli.dashboard import address_of, command_of, ensure_port_free, environment_of, start_dashboard, wait_until_ready
from langnghe.errors import LangngheError, Unavailable
from langnghe.settings import DashboardSettings, load_settings


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_named_with_its_remedy(taken):
    with pytest.raises(LangngheError, match=rf"port {taken} on 127.0.0.1 is in use\. .*LANGNGHE_DASHBOARD__PORT={taken + 1}"):
        ensure_port_free(DashboardSettings(port=taken))
    ensure_port_free(DashboardSettings(port=free_port()))


def test_the_command_says_so_in_one_line_and_exits_with_1(taken, settings):
    environment = os.environ | {"LANGNGHE_DATA_DIR": str(settings.data_dir), "LANGNGHE_DASHBOARD__PORT": str(taken)}
    done = subprocess.run([sys.executable, "-m", "langnghe", "dashboard"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"port {taken}" in done.stderr


def test_without_a_login_it_is_not_served_to_others():
    with pytest.raises(LangngheError, match="reverse proxy"):
        ensure_port_free(DashboardSettings(host="0.0.0.0", port=free_port()))
    ensure_port_free(DashboardSettings(host="0.0.0.0", port=free_port(), access="proxy"))


def test_an_address_that_is_not_ours_is_refused():
    with pytest.raises(LangngheError, match="can't be served"):
        ensure_port_free(DashboardSettings(host="203.0.113.9", port=free_port(), access="proxy"))


def test_the_process_finds_the_same_settings(settings, clock, monkeypatch, tmp_path):
    monkeypatch.setenv("LANGNGHE_CONFIG", str(tmp_path / "elsewhere.yaml"))
    monkeypatch.setenv("LANGNGHE_LANGUAGE", "en")
    ours = settings.model_copy(
        update={
            "now": clock.now(),
            "index": settings.index.model_copy(update={"backend": "elasticsearch", "prefix": "p"}),
            "dashboard": settings.dashboard.model_copy(update={"port": 9123}),
        }
    )
    for name in [name for name in os.environ if name.startswith("LANGNGHE_")]:
        monkeypatch.delenv(name)
    for name, value in environment_of(ours).items():
        monkeypatch.setenv(name, value)
    found = load_settings()
    for name in ("data_dir", "config_dir", "now", "language", "index", "dashboard"):
        assert getattr(found, name) == getattr(ours, name)


def test_only_known_names_may_call_it(settings):
    given = command_of(settings)
    assert [given[i + 1] for i, part in enumerate(given) if part == "--server.allowedHosts"] == ["127.0.0.1", "localhost", "[::1]"]


def test_no_answer_waits_for_the_confirmation_of_the_one_before(monkeypatch):
    monkeypatch.setattr(starlette_server, "_bind_socket", starlette_server._bind_socket)
    answer_at_once()
    listening, _ = starlette_server._bind_server_socket("127.0.0.1", "127.0.0.1", 0, 5)
    with listening, socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_it_answers_and_ends_when_it_is_told(settings):
    ours = settings.model_copy(update={"dashboard": DashboardSettings(port=free_port())})
    process = start_dashboard(ours)
    try:
        wait_until_ready(process, address_of(ours.dashboard))
        with urllib.request.urlopen(f"{address_of(ours.dashboard)}/case?id=1") as answer:
            assert answer.headers["Cache-Control"] == "no-cache"
            page = answer.read().decode()
        # It knows where its server is before it asks, and the browser fetches what every page needs meanwhile.
        assert page.index("BACKEND_BASE_URL") < page.index('<script type="module"')
        named = re.findall(r'href="\.(/static/js/[^"]+)"', page)
        assert len(named) == len(set(named))
        parts = [name for name in named if re.search(r"/(Html|Selectbox|ButtonGroup|PageLink)\.", name)]
        assert len(parts) == 4
        for part in parts:
            with urllib.request.urlopen(address_of(ours.dashboard) + part) as answer:
                assert "immutable" in answer.headers["Cache-Control"]
    finally:
        process.terminate()
        process.wait(10)
    ensure_port_free(ours.dashboard)


def test_ctrl_c_ends_the_command_and_the_dashboard(settings):
    port = free_port()
    environment = os.environ | {"LANGNGHE_DATA_DIR": str(settings.data_dir), "LANGNGHE_DASHBOARD__PORT": str(port)}
    # A shell's background job ignores Ctrl-C and its children with it: here it is heard wherever the tests are run.
    command = ["env", "--default-signal=INT", sys.executable, "-m", "langnghe", "dashboard"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        said = next(line for line in process.stderr if "The dashboard is at" in line)
        assert f"http://127.0.0.1:{port}" in said
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.stderr.close()
    ensure_port_free(DashboardSettings(port=port))


def test_a_process_that_ends_early_is_not_waited_for():
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as process, pytest.raises(Unavailable, match="status 3"):
        wait_until_ready(process, f"http://127.0.0.1:{free_port()}")
