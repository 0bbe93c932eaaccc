"""What somebody types to find agreements, as a question to the database."""

import re
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

LONGEST = 200
MOST_TERMS = 12
SHORTEST_BEGINNING = 3
PART = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Term:
    """One thing to be found: words in a row. A phrase in quotes is meant as it stands; the last word of anything else
    may go on."""

    raw: str
    words: tuple[str, ...]
    is_phrase: bool = False
    is_unwanted: bool = False

    @property
    def query(self) -> Any:
        """For PostgreSQL; the words hold letters and digits only."""
        last = self.words[-1]
        goes_on = "" if self.is_phrase or (len(last) < SHORTEST_BEGINNING and len(self.words) == 1) else ":*"
        row = " <-> ".join(f"'{word}'" for word in self.words) + goes_on
        found: Any = SearchQuery(row, config="simple", search_type="raw")
        if len(self.words) == 1 and not self.is_phrase:
            found = found | SearchQuery(f"'{last}'", config="indonesian", search_type="raw")
        return ~found if self.is_unwanted else found


def terms_of(text: str) -> list[Term]:
    """What is asked for, at most twelve terms of at most 200 characters together; a text of unwanted words alone asks
    for those words."""
    found = []
    for part in PART.finditer(" ".join(text.replace("\0", " ").split())[:LONGEST]):
        raw = part["phrase"] if part["phrase"] is not None else part["word"]
        words = tuple(WORD.findall(raw.lower()))
        if words:
            is_phrase = part["phrase"] is not None
            found.append(Term(raw.strip(), words, is_phrase, bool(part["minus"])))
    if all(term.is_unwanted for term in found):
        found = [Term(term.raw, term.words, term.is_phrase) for term in found]
    return found[:MOST_TERMS]


def query_of(terms: list[Term]) -> Any:
    return reduce(and_, (term.query for term in terms))


def plain_condition(terms: list[Term], columns: tuple[str, ...]) -> Q:
    """For databases without full-text search: each term stands somewhere in one of the columns."""
    conditions = []
    for term in terms:
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": term.raw})
        conditions.append(~anywhere if term.is_unwanted else anywhere)
    return reduce(and_, conditions)
