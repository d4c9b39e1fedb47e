"""The deployment files, as far as they can be checked without the engines that read them."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from crawlers.metrics import GAUGES
from langnghe.capacity import CHECKS
from langnghe.cli import COMMANDS
from langnghe.config_files import default_config_dir
from langnghe.metrics import METRICS
from langnghe.settings import Settings, load_settings

ROOT = default_config_dir().parent
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"].startswith("langnghe:")}


def is_setting(name):
    """Whether a variable names a setting, such as LANGNGHE_MAIL__PASSWORD_FILE."""
    if name == "LANGNGHE_CONFIG":
        return True
    model, parts = Settings, name.removeprefix("LANGNGHE_").lower().split("__")
    for part in parts:
        fields = getattr(model, "model_fields", {})
        if part not in fields:
            return False
        model = fields[part].annotation
    return True


def test_the_example_of_settings_is_accepted(monkeypatch):
    monkeypatch.setenv("LANGNGHE_CONFIG", str(DEPLOY / "settings.example.yaml"))
    settings = load_settings()
    assert settings.mail.subscribers["lan@bhxh.example"] == "34-40"
    assert settings.mail.password is None


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_what_a_service_refers_to_is_there(service):
    entry = COMPOSE["services"][service]
    for mount in entry.get("volumes", []):
        source = mount.split(":")[0]
        if source.startswith("./"):
            assert (DEPLOY / source).exists() or source == "./settings.yaml"  # a copy of settings.example.yaml
        else:
            assert source in COMPOSE["volumes"]
    assert set(entry.get("secrets", [])) <= set(COMPOSE["secrets"])
    assert set(entry["networks"]) <= set(COMPOSE["networks"])
    for needed in entry.get("depends_on", []):
        assert needed in COMPOSE["services"]
        if isinstance(entry["depends_on"], dict):
            assert "healthcheck" in COMPOSE["services"][needed]


@pytest.mark.parametrize("service", OURS)
def test_our_services_call_commands_and_name_settings_that_there_are(service):
    entry = OURS[service]
    assert entry["command"][0] in COMMANDS
    assert [name for name in entry["environment"] if not is_setting(name)] == []
    assert (ROOT / entry["build"]["dockerfile"]).exists()


def test_no_password_stands_in_a_deployment_file_and_only_the_proxy_is_open():
    for path in [*DEPLOY.rglob("*.yaml"), *UNITS, DEPLOY / "Dockerfile", DEPLOY / "Caddyfile"]:
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.search(r"(?i)(password|secret|api_key)\s*[:=]\s*['\"]?\w{4,}(?<!secrets)$", line.split("#")[0]), line
    assert [name for name, entry in COMPOSE["services"].items() if entry.get("ports")] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("record", "search", "queue"):
        assert COMPOSE["services"][name]["networks"] == ["inside"]


def test_images_name_a_version():
    assert [name for name, entry in COMPOSE["services"].items() if ":" not in entry["image"]] == []


def test_the_image_copies_what_there_is_and_does_not_run_as_root():
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        *sources, _ = line.split()
        assert [source for source in sources if not (ROOT / source).exists()] == []
    assert re.search(r"^USER langnghe$", text, re.MULTILINE)
    assert "--require-hashes" in text


def test_what_the_image_adds_is_pinned_as_it_is_tested():
    def pins(path):
        text = path.read_text(encoding="utf-8")
        return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE)), set(re.findall(r"--hash=(\S+)", text))

    large, hashes = pins(DEPLOY / "requirements-large.lock")
    tested, all_hashes = pins(ROOT / "requirements-dev.lock")
    assert {"celery", "redis", "psycopg", "psycopg-binary"} <= set(large)
    assert {name: tested.get(name) for name in large} == large
    assert hashes <= all_hashes


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_finds_no_fault_in_a_unit(unit, tmp_path):
    analyze = shutil.which("systemd-analyze")
    text = unit.read_text(encoding="utf-8")
    command = re.search(r"^ExecStart=(\S+) (.+)$", text, re.MULTILINE)
    assert command.group(2).split()[0] in COMMANDS
    for name in re.findall(r"^Environment=(\w+)=", text, re.MULTILINE):
        assert is_setting(name)
    # systemd asks that the program exists: any that does stands in for it.
    shutil.copy(shutil.which("true"), tmp_path / "langnghe")
    for other in UNITS:
        changed = other.read_text(encoding="utf-8").replace("/opt/langnghe/.venv/bin/langnghe", str(tmp_path / "langnghe"))
        (tmp_path / other.name).write_text(changed, encoding="utf-8")
    done = subprocess.run([analyze, "verify", "--man=no", str(tmp_path / unit.name)], capture_output=True, text=True, check=False)
    faults = [line for line in done.stderr.splitlines() if unit.name in line]
    assert faults == []


def test_the_service_is_confined():
    text = (DEPLOY / "systemd" / "langnghe.service").read_text(encoding="utf-8")
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "User=langnghe", "UMask=0077", "Type=notify"):
        assert line in text


def test_every_alert_asks_for_metrics_that_there_are():
    rules = yaml.safe_load((DEPLOY / "monitoring" / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    named = {name for rule in rules for name in re.findall(r"langnghe_\w+", rule["expr"])}
    assert named <= set(METRICS)
    assert len(rules) >= 10


def asked_metrics(expression):
    return set(re.findall(r"langnghe_\w+", expression))


def known_metrics():
    """Those of the record and those of the sources' health, as the endpoints serve them."""
    return set(METRICS) | {f"langnghe_source_{name}" for name, _, _ in GAUGES} | {"langnghe_source_state"}


@pytest.mark.parametrize("path", sorted((DEPLOY / "grafana").glob("*.json")), ids=lambda path: path.stem)
def test_a_board_asks_for_metrics_that_there_are_and_every_panel_says_what_it_shows(path):
    board = json.loads(path.read_text(encoding="utf-8"))
    assert board["title"].startswith("Lắng Nghe: ")
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels) >= 10
    for panel in panels:
        asked = [target["expr"] for target in panel["targets"]]
        assert asked
        assert all(asked_metrics(expression) for expression in asked), panel["title"]
        assert set().union(*map(asked_metrics, asked)) <= known_metrics(), panel["title"]
        assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${DS_PROMETHEUS}"}
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24


def test_no_two_panels_of_a_board_lie_over_each_other():
    for path in (DEPLOY / "grafana").glob("*.json"):
        taken = [
            (x, y)
            for place in (panel["gridPos"] for panel in json.loads(path.read_text(encoding="utf-8"))["panels"])
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        ]
        assert len(taken) == len(set(taken)), path.name


def test_whatever_runs_short_by_the_record_is_an_alert_of_prometheus_too():
    rules = yaml.safe_load((DEPLOY / "monitoring" / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    asked = set().union(*(asked_metrics(rule["expr"]) for rule in rules))
    assert asked >= {
        "langnghe_disk_free_bytes", "langnghe_memory_available_bytes", "langnghe_index_backlog_oldest_seconds",
        "langnghe_annotation_wait_oldest_seconds", "langnghe_queue_tasks", "langnghe_mail_wait_oldest_seconds",
        "langnghe_mails_failed_day", "langnghe_dead_letters", "langnghe_sources_silent",
    }  # fmt: skip
    assert len(CHECKS) == 9


def test_the_proxy_serves_no_metrics_and_no_health_to_the_outside():
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    for path in ("/metrics", "/health"):
        assert re.search(rf"handle {path} {{\s+respond 404", text)
    assert text.count("{") == text.count("}")
    assert Path(DEPLOY / "Caddyfile").read_bytes().endswith(b"}\n")
