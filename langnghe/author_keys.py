"""The keys that hash authors: one that is in use, and earlier ones that only recognise, until they are destroyed."""

import os
import secrets
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from langnghe.actor import Actor, Role
from langnghe.clock import as_utc
from langnghe.errors import ConfigurationError
from langnghe.privacy import Privacy
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import State

KEY_BYTES = 32
NAME = "author.key"
SINCE = "author_key"
"""The state row that says since when the key is in use."""
_FORM = "%Y%m%dT%H%M%SZ"


def _make_key(path: Path) -> None:
    """Write a whole key beside ``path`` and link it there, so that of two processes one wins and neither reads half a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".author.key.") as made:  # its owner alone may read it
        made.write(secrets.token_bytes(KEY_BYTES))
        made.flush()
        os.fsync(made.fileno())
        try:
            os.link(made.name, path)
        except FileExistsError:
            return


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ConfigurationError(
            f"{path} holds {len(key)} bytes, not the {KEY_BYTES} of a key",
            "Restore it from your backup; without one, remove it, and a new key gives every author another hash.",
        )
    return key


def earlier_keys(data_dir: Path) -> list[Path]:
    """Files of the keys that were in use before, the latest first."""
    return sorted(data_dir.glob(f"{NAME}.2*"), reverse=True)


def load_privacy(data_dir: Path) -> Privacy:
    """The privacy of an installation; its key is made at the first call, readable by its owner alone.

    Raises:
        ConfigurationError: a key file does not hold a key.
    """
    path = data_dir / NAME
    if not path.exists():
        _make_key(path)
    return Privacy(_read(path), [_read(earlier) for earlier in earlier_keys(data_dir)])


def key_age(record: Record) -> timedelta:
    """How long the present key has been in use; it counts from the first question."""
    now = record.clock.now()
    with record.session() as session:
        row = session.get(State, SINCE)
        if row is None:
            session.add(State(name=SINCE, value={"since": now.isoformat()}))
            return timedelta()
        return now - datetime.fromisoformat(row.value["since"])


def rotate_key(record: Record, data_dir: Path, actor: Actor) -> Path:
    """Put a new key in the place of the present one, which from now on only recognises; gives where that one is.

    The same person has another hash from then on: what they write in one quarter can't be joined to what they write in the next.

    Raises:
        NotAllowed: the actor is no administrator.
        ConfigurationError: the present key is broken.
    """
    actor.require(Role.administrator, None, "rotate the key that hashes authors")
    now, path = record.clock.now(), data_dir / NAME
    load_privacy(data_dir)
    earlier = data_dir / f"{NAME}.{as_utc(now):{_FORM}}"
    os.link(path, earlier)  # both names, then the new key takes the first one: at no moment is there none
    with tempfile.NamedTemporaryFile(dir=data_dir, prefix=".author.key.", delete=False) as made:
        made.write(secrets.token_bytes(KEY_BYTES))
        made.flush()
        os.fsync(made.fileno())
    Path(made.name).replace(path)
    with record.session() as session:
        session.merge(State(name=SINCE, value={"since": now.isoformat()}))
        audit(session, actor, "rotate key", "author key", now, earlier=earlier.name)
    return earlier


def destroy_keys(record: Record, data_dir: Path, days: int, actor: Actor) -> list[str]:
    """Destroy keys that were replaced longer ago: from then on nobody can tell whose their hashes were.

    Raises:
        NotAllowed: the actor is no administrator.
    """
    actor.require(Role.administrator, None, "destroy a key")
    now, gone = record.clock.now(), []
    for path in earlier_keys(data_dir):
        replaced = datetime.strptime(path.name.removeprefix(f"{NAME}."), _FORM).replace(tzinfo=UTC)
        if now - replaced >= timedelta(days=days):
            path.write_bytes(secrets.token_bytes(KEY_BYTES))
            path.unlink()
            gone.append(path.name)
    if gone:
        with record.session() as session:
            audit(session, actor, "destroy keys", "author key", now, keys=gone)
    return gone
