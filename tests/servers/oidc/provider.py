"""A small provider of OpenID Connect on loopback: one client, everybody may log in as whoever they say they are."""

import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Route

CLIENT, SECRET = "langnghe", "a secret of the tests"


class Provider:
    """The provider's pages; ``now`` may be set back, so that an identity is old."""

    def __init__(self, url):
        self.url = url
        self.key = RSAKey.generate_key(2048, parameters={"kid": "1", "use": "sig", "alg": "RS256"})
        self.given = {}
        self.age = 0

    def app(self):
        paths = {
            "/.well-known/openid-configuration": self.describe,
            "/authorize": self.authorize,
            "/jwks": self.keys,
        }
        return Starlette(routes=[*(Route(path, page) for path, page in paths.items()), Route("/token", self.token, methods=["POST"])])

    async def describe(self, request):
        ends = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in (("authorization", "authorize"), ("token", "token"))}
        more = {
            "jwks_uri": f"{self.url}/jwks",
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }
        supported = {"response_types_supported": ["code"], "subject_types_supported": ["public"]}
        return JSONResponse({"issuer": self.url, **ends, **more, **supported})

    async def authorize(self, request):
        """A form that asks for the mail address, and what it leads to."""
        asked = dict(request.query_params)
        if "mail" not in asked:
            hidden = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in asked.items())
            return HTMLResponse(f'<form><label>Mail <input name="mail"></label>{hidden}<button>Log in</button></form>')
        code = secrets.token_urlsafe(16)
        self.given[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    async def token(self, request):
        form = await request.form()
        asked = self.given.pop(str(form["code"]))
        now = int(time.time()) - self.age
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": asked["mail"],
            "iat": now,
            "exp": int(time.time()) + 600,
            "nonce": asked.get("nonce"),
        }
        claims |= {"email": asked["mail"], "email_verified": True}
        identity = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return JSONResponse({"access_token": "none", "token_type": "Bearer", "expires_in": 600, "id_token": identity})

    async def keys(self, request):
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that answers until the block ends."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        made = Provider(f"http://127.0.0.1:{port}")
        server = uvicorn.Server(uvicorn.Config(made.app(), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        try:
            yield made
        finally:
            server.should_exit = True
            thread.join(10)
