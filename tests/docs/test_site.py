"""The documentation: whatever can be set, called, measured or opened is described, and the site builds without a warning."""

import re
import subprocess
import sys
from typing import get_args

import typer
import yaml
from pydantic import BaseModel

from dashboard.pages import GROUPS
from langnghe.cli import COMMANDS, app
from langnghe.config_files import default_config_dir
from langnghe.metrics import METRICS
from langnghe.settings import Settings
from langnghe.wording import load_wording

ROOT = default_config_dir().parent
DOCS = ROOT / "docs"


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


def settings_of(model, prefix=""):
    for name, field in model.model_fields.items():
        group = next(
            (kind for kind in (field.annotation, *get_args(field.annotation)) if isinstance(kind, type) and issubclass(kind, BaseModel)),
            None,
        )
        if group:
            yield from settings_of(group, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def commands():
    group = typer.main.get_command(app)
    for name in COMMANDS:
        command = group.get_command(None, name)
        if hasattr(command, "commands"):
            yield from (f"langnghe {name} {part}" for part in command.commands)
        else:
            yield f"langnghe {name}"


def test_every_setting_is_described():
    described = set(re.findall(r"`([a-z_.]+)`", page("administrators/settings.md")))
    assert sorted(set(settings_of(Settings)) - described) == []


def test_no_setting_is_described_that_there_is_none_of():
    table = re.findall(r"^\| (`[^|]+) \|", page("administrators/settings.md"), re.MULTILINE)
    named = {name for cell in table for name in re.findall(r"`([a-z_.]+)`", cell)}
    assert sorted(named - set(settings_of(Settings))) == []


def test_every_command_is_described_and_no_other():
    described = {
        " ".join(found.split()) for found in re.findall(r"`(langnghe [a-z-]+(?: [a-z-]+)?)[ `]", page("administrators/commands.md"))
    }
    known = set(commands())
    assert sorted(known - described) == []
    assert sorted(name for name in described - known if not any(other.startswith(f"{name} ") for other in known)) == []


def test_every_metric_is_described():
    assert sorted(set(METRICS) - set(re.findall(r"`(langnghe_\w+)`", page("administrators/operation.md")))) == []


def test_every_alert_says_what_to_do():
    rules = yaml.safe_load((ROOT / "deploy" / "monitoring" / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    headings = re.findall(r"^### (\w+)$\n(.+)", page("administrators/operation.md"), re.MULTILINE)
    assert sorted(rule["alert"] for rule in rules) == sorted(name for name, _ in headings)


def test_every_page_of_the_dashboard_is_described_for_officers_under_its_own_name():
    words = load_wording("vi")
    for name in (name for names in GROUPS.values() for name in names):
        assert page(f"officers/{name}.md").startswith(f"# {words(f'nav.{name}')}\n")


def test_every_file_and_folder_of_rules_is_described():
    described = page("administrators/configuration.md")
    names = [f"{path.name}/" if path.is_dir() else path.name for path in default_config_dir().iterdir() if path.suffix in {"", ".yaml"}]
    assert [name for name in sorted(names) if f"`{name}`" not in described and name != "__pycache__/"] == []


def test_every_role_has_its_part_and_every_page_stands_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    assert [name for name in pages if f" {name}\n" not in navigation] == []
    assert {name.split("/")[0] for name in pages if "/" in name} == {"officers", "administrators", "developers", "security"}


def test_the_site_builds_strictly_and_fetches_nothing_from_elsewhere(tmp_path):
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'(?:src|href)="(https?://[^"]+\.(?:js|css|woff2?))"', html) == []
    assert (tmp_path / "site" / "officers" / "mails.html").exists()
