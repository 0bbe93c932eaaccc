"""Forms inside a PDF that draw forms, each several times: a page of a few bytes that unfolds into more drawings than
any program comes to the end of."""

import re
from collections.abc import Iterator
from typing import Any

from pypdf import PageObject
from pypdf.generic import DictionaryObject

MOST_DRAWINGS = 50_000
DEEPEST = 12
DRAWS = re.compile(rb"(?<![^\s/\]>)])Do(?![^\s])")


class UnfoldsTooFar(Exception):
    """A page draws more than `MOST_DRAWINGS`, or its forms stand in each other deeper than `DEEPEST`."""


class Unfolding:
    """Counts for one file; what several pages draw is counted once."""

    def __init__(self) -> None:
        self.known: dict[int, int] = {}

    def check(self, page: PageObject) -> None:
        """Raises UnfoldsTooFar."""
        self._of(page, depth=0)
        for form in _looks_of_notes(page):
            self._of_form(form, depth=1)

    def _of(self, thing: Any, *, depth: int) -> int:
        """How many drawings the forms that this page or form names unfold into."""
        if depth > DEEPEST:
            raise UnfoldsTooFar
        forms = list(_forms(thing))
        if not forms:
            return 0
        content = thing.get_contents() if isinstance(thing, PageObject) else thing
        if content is None:
            return 0
        most = 1 + max(self._of_form(form, depth=depth + 1) for form in forms)
        count = len(DRAWS.findall(content.get_data())) * most
        if count > MOST_DRAWINGS:
            raise UnfoldsTooFar
        return count

    def _of_form(self, form: Any, *, depth: int) -> int:
        reference = form.indirect_reference
        key = reference.idnum if reference is not None else 0
        if key not in self.known:
            found = self._of(form, depth=depth)
            if not key:
                return found
            self.known[key] = found
        return self.known[key]


def _inside(thing: Any, *names: str) -> Any:
    for name in names:
        thing = thing[name] if isinstance(thing, DictionaryObject) and name in thing else None
    return thing


def _forms(thing: Any) -> Iterator[Any]:
    named = _inside(thing, "/Resources", "/XObject")
    for name in named if isinstance(named, DictionaryObject) else ():
        if _inside(named, name, "/Subtype") == "/Form":
            yield named[name]


def _looks_of_notes(page: PageObject) -> Iterator[Any]:
    for note in page.get("/Annots") or ():
        look = _inside(note.get_object(), "/AP", "/N")
        states = [look] if hasattr(look, "get_data") else [look[name] for name in look or ()]
        yield from (state for state in states if hasattr(state, "get_data"))
