"""People at the pages: a browser without scripts that signs in as somebody."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

import httpx


@dataclass
class Visitor:
    """Follows links, sends forms; cookies are kept as a browser keeps them."""

    url: str
    language: str = "en"
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=20, trust_env=False, follow_redirects=False)

    def get(self, path: str) -> httpx.Response:
        return self.http.get(f"/{self.language}{path}")

    def post(self, path: str, page: str = "", **fields: str | list[str]) -> httpx.Response:
        """Sends a form with the token of the page on which it stands."""
        token = self.token(page)
        return self.http.post(f"/{self.language}{path}", data={"_csrf": token, **fields})

    def token(self, page: str = "") -> str:
        found = re.search(r'name="_csrf" value="([^"]*)"', self.get(page).text)
        return unescape(found[1]) if found else ""

    def sign_in(self, persona: str = "", **fields: str) -> httpx.Response:
        """Through the provider and back; gives the answer to the way back."""
        begun = self.http.get(f"/{self.language}/sign-in/begin", params={"then": f"/{self.language}"})
        provider = httpx.get(begun.headers["location"], trust_env=False)
        hidden = dict(
            re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', provider.text.split("</form>")[0])
        )
        chosen = {name: unescape(value) for name, value in hidden.items()} | {"persona": persona, **fields}
        address = str(provider.url.copy_with(path="/openid/choose", query=None))
        sent = httpx.post(address, data=chosen, trust_env=False)
        return self.http.get(sent.headers["location"])
