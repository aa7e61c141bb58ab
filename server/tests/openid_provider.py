"""A small OpenID provider, as a process: TLS, RS256, PKCE, codes that are good for once.

usage: openid_provider.py CERTIFICATE KEY NOW. Prints its address. Everybody is signed in at once,
as whom `POST /next` says; what it says is also how the next token is wrong.
"""

import base64
import hashlib
import hmac
import json
import secrets
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "wfh server", "a secret with : and %"


class Provider(ThreadingHTTPServer):
    def __init__(self, now: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.now = now
        self.issuer = f"https://127.0.0.1:{self.server_address[1]}"
        self.keys = [RSAKey.generate_key(2048, parameters={"kid": "first", "use": "sig"})]
        self.codes: dict[str, dict[str, str]] = {}
        self.following: dict[str, Any] = {}
        self.methods = ["client_secret_basic"]
        self.has_userinfo = False

    def token(self, query: dict[str, str]) -> str:
        following = self.following
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "248289761001",
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": query["nonce"],
            "preferred_username": "jane",
            "groups": ["everybody", "wfh-admins"],
        } | following.get("claims", {})
        claims = {name: value for name, value in claims.items() if value is not None}
        key, header = self.keys[-1], {"alg": "RS256", "kid": self.keys[-1].kid}
        if following.get("no kid"):
            del header["kid"]
        match following.get("signature"):
            case "none":
                return unsigned({"alg": "none"}, claims) + "."
            case "public key as a secret":
                text = unsigned({"alg": "HS256", "kid": key.kid}, claims)
                published = key.as_pem(private=False)
                return f"{text}.{encoded(hmac.digest(published, text.encode(), 'sha256'))}"
            case "another key":
                key = RSAKey.generate_key(2048)
        return jwt.encode(header, claims, key)


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        url, here = urlsplit(self.path), self.server.issuer
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/.well-known/openid-configuration":
            self.answer(200, {
                "issuer": self.server.following.get("issuer", here),
                "authorization_endpoint": f"{here}/authorize?tenant=7",
                "token_endpoint": f"{here}/token",
                "jwks_uri": f"{here}/keys",
                "token_endpoint_auth_methods_supported": self.server.methods,
                **({"userinfo_endpoint": f"{here}/userinfo"} if self.server.has_userinfo else {}),
            })  # fmt: skip
        elif url.path == "/userinfo":
            is_known = self.headers["Authorization"] == "Bearer x"
            self.answer(200 if is_known else 401, self.server.following["userinfo"])
        elif url.path == "/keys":
            keys = [key.as_dict(private=False) for key in self.server.keys]
            others = self.server.following.get("keys", [{"kty": "of the future", "kid": "x"}])
            self.answer(200, {"keys": [*others, *keys]})
        elif (query["client_id"], query["response_type"], query["code_challenge_method"]) == (
            *(CLIENT, "code"),
            "S256",
        ):
            code = secrets.token_urlsafe()
            self.server.codes[code] = query
            back = urlencode({"code": code, "state": query["state"]})
            self.send_response(302)
            self.send_header("Location", f"{query['redirect_uri']}?{back}")
            self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/next":
            self.server.following = json.loads(body)
            if "rotate" in self.server.following:
                self.server.keys = [RSAKey.generate_key(2048, parameters={"kid": "second"})]
            self.server.has_userinfo = "userinfo" in self.server.following
            if "methods" in self.server.following:
                self.server.methods = self.server.following["methods"]
            self.answer(200, {})
            return
        form = {name: values[0] for name, values in parse_qs(body).items()}
        query = self.server.codes.pop(form["code"], None)
        challenge = encoded(hashlib.sha256(form["code_verifier"].encode()).digest())
        if self.server.following.get("status"):
            self.answer(self.server.following["status"], {})
        elif (
            query is None
            or form["redirect_uri"] != query["redirect_uri"]
            or challenge != query["code_challenge"]
            or self.client(form) != (CLIENT, SECRET)
        ):
            self.answer(400, {"error": "invalid_grant"})
        elif self.server.following.get("no token"):
            self.answer(200, {"access_token": "x"})
        else:
            self.answer(200, {"id_token": self.server.token(query), "access_token": "x"})

    def client(self, form: dict[str, str]) -> tuple[str | None, str | None]:
        if "client_secret_post" in self.server.methods:
            return form.get("client_id"), form.get("client_secret")
        encoded = self.headers.get("Authorization", "Basic ").removeprefix("Basic ")
        who, _, secret = base64.b64decode(encoded).decode().partition(":")
        return unquote(who), unquote(secret)

    def answer(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    provider = Provider(int(sys.argv[3]))
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(sys.argv[1], sys.argv[2])
    # In the thread of each connection: a browser opens some on which it says nothing.
    provider.socket = trust.wrap_socket(
        provider.socket, server_side=True, do_handshake_on_connect=False
    )
    print(provider.issuer, flush=True)  # noqa: T201 -- for the test that has started it
    provider.serve_forever()


if __name__ == "__main__":
    main()
