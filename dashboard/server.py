"""The application that is served: Streamlit's pages behind the gate, and the pages that log in and out."""

import os
import secrets
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from dashboard.front_page import FrontPage
from dashboard.gate import CALLBACK, Gate
from dashboard.login_page import LoginPages
from dashboard.warming import keep_warm
from langnghe.installation import Installation, open_installation
from langnghe.settings import Settings

HERE = Path(__file__).parent
KEY_FILE = "dashboard.key"
"""File of the data folder that holds the key with which the provider's identities are signed in their cookie."""


def cookie_key(folder: Path) -> str:
    """The key of an installation, made when it is first needed; a restart logs nobody out."""
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def secrets_of(settings: Settings) -> dict[str, Any] | None:
    """What ``st.login`` has to know of the provider."""
    provider = settings.dashboard.oidc
    if settings.dashboard.access != "oidc" or provider is None:
        return None
    return {
        "auth": {
            "redirect_uri": settings.mail.dashboard_url.rstrip("/") + CALLBACK,
            "cookie_secret": cookie_key(settings.data_dir),
            "client_id": provider.client_id,
            "client_secret": provider.client_secret.get_secret_value(),
            "server_metadata_url": provider.metadata_url,
        }
    }


def make_routes(installation: Installation) -> list[Any]:
    """Pages beside Streamlit's."""
    return LoginPages(installation).routes() if installation.settings.dashboard.access == "accounts" else []


installation = open_installation()
keep_warm(installation)
app = st.App(
    HERE / "app.py",
    secrets=secrets_of(installation.settings),
    routes=make_routes(installation),
    middleware=[Middleware(Gate, installation=installation), Middleware(FrontPage)],
)
