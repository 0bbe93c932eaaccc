"""A browser for measuring: keeps cookies, reads the forms of a page and submits them over HTTP, with the time taken."""

import http.client
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

AGENT = "bench"
WITHOUT_VALUE = {"submit", "button", "reset", "image", "file"}


class Forms(HTMLParser):
    """The successful fields of each form of a page, in order, as a browser would send them without a button."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[list[tuple[str, str]]] = []
        self.buttons: list[set[str]] = []
        self._select: tuple[str, bool] | None = None
        self._area = ""
        self.feed(page)

    def with_button(self, name: str) -> list[tuple[str, str]]:
        """The fields of the first form with a button (or a field) of this name."""
        return next(form for form, names in zip(self.found, self.buttons, strict=True) if name in names)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.found.append([])
            self.buttons.append(set())
        elif not self.found:
            return
        elif tag == "button":
            self.buttons[-1].add(name)
        elif tag == "input":
            self._input(name, given)
        elif tag == "select":
            self._select = (name, "multiple" in given)
        elif tag == "option" and self._select is not None:
            self._option(given)
        elif tag == "textarea":
            self._area = name
            self.found[-1].append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            name, text = self.found[-1].pop()
            self.found[-1].append((name, text + data))

    def _input(self, name: str, given: dict[str, str | None]) -> None:
        kind = given.get("type") or "text"
        self.buttons[-1].add(name)
        if name and kind not in WITHOUT_VALUE and (kind not in {"checkbox", "radio"} or "checked" in given):
            self.found[-1].append((name, given.get("value") or ("on" if kind == "checkbox" else "")))

    def _option(self, given: dict[str, str | None]) -> None:
        assert self._select is not None
        name, is_multiple = self._select
        fields = self.found[-1]
        first = not is_multiple and name not in {each for each, _ in fields}
        if "selected" in given or first:
            if not is_multiple:
                fields[:] = [(each, value) for each, value in fields if each != name]
            fields.append((name, given.get("value") or ""))


@dataclass
class Answer:
    status: int
    page: str
    location: str
    milliseconds: float
    statements: int


@dataclass
class Browser:
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, url: str) -> Answer:
        return self._ask("GET", url, None)

    def post(self, url: str, fields: list[tuple[str, str]]) -> Answer:
        return self._ask("POST", url, urlencode(fields))

    def _ask(self, method: str, url: str, body: str | None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {
            "Host": "localhost",
            "User-Agent": AGENT,
            "Accept-Language": "id",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        connection.request(method, url, body, headers)
        response = connection.getresponse()
        page = response.read().decode("utf-8", "replace")
        took = 1000 * (time.perf_counter() - began)
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        connection.close()
        statements = int(response.headers.get("X-SQL") or 0)
        return Answer(response.status, page, response.headers.get("Location", ""), took, statements)


def changed(fields: list[tuple[str, str]], **values: str | list[str]) -> list[tuple[str, str]]:
    """The fields with these values instead of their own; a list is sent as so many fields."""
    kept = [(name, value) for name, value in fields if name not in values]
    for name, value in values.items():
        kept += [(name, each) for each in ([value] if isinstance(value, str) else value)]
    return kept
