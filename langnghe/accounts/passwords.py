"""Passwords: what is accepted as one, and what is kept of it."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from langnghe.errors import LangngheError
from langnghe.folding import fold

SHORTEST, LONGEST = 12, 200
"""Characters. Length is what protects; composition rules only make people write passwords down."""
DIFFERENT = 5
"""Different characters that a password has at least."""


@cache
def _hasher() -> PasswordHasher:
    # The library's defaults follow RFC 9106; its low-memory profile fits a server of 4 GB that several officers log in to at once.
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")


def check_password(password: str, name: str) -> None:
    """Raise :class:`LangngheError` unless ``password`` may become the password of the account ``name``."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise LangngheError(f"the password has {len(password)} characters", f"Take {SHORTEST} to {LONGEST}: some words that you remember.")
    if fold(name) in fold(password) or len(set(password)) < DIFFERENT:
        raise LangngheError("the password is easy to guess", "Leave the account's name out, and don't repeat few characters.")


def make_hash(password: str) -> str:
    """What is stored of a password."""
    return _hasher().hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one; without a stored one it takes as long and is wrong."""
    try:
        return _hasher().verify(stored or _nobodys_hash(), password[: LONGEST + 1]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
