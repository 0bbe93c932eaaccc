"""The place in a text where what was searched stands, with the words marked."""

import re
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from partnerships.models import Term

BEFORE, AFTER = 90, 150
LONGEST_TEXT = 80_000
TOKEN = re.compile(r"[^\W_]+")
PREFIXES = re.compile(r"^(?:meng|meny|mem|men|me|peng|peny|pem|pen|per|pe|ber|ter|di|ke|se)(?=\w{4})")
SUFFIXES = re.compile(r"(?:kan|nya|an|i|lah)$")


def rough_stem(word: str) -> str:
    """Near enough to mark `melatih` where `pelatihan` was asked for."""
    stem = SUFFIXES.sub("", PREFIXES.sub("", word))
    return stem if len(stem) >= 4 else word


class Marker:
    """Marks the words of `terms` in texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        words = {word for term in terms if not term.is_unwanted for word in term.words}
        self.starts = tuple(word for word in words if len(word) >= 3)
        self.exact = words
        self.stems = tuple(stem for word in words if len(stem := rough_stem(word)) >= 4)

    def hits(self, token: str) -> bool:
        return token in self.exact or token.startswith(self.starts) or any(stem in token for stem in self.stems)

    def marked(self, text: str) -> SafeString:
        """The text, escaped, with its hits in <mark>."""
        parts, last = [], 0
        for token in TOKEN.finditer(text):
            if self.hits(token[0].lower()):
                parts += [escape(text[last : token.start()]), "<mark>", escape(token[0]), "</mark>"]
                last = token.end()
        return mark_safe("".join([*parts, escape(text[last:])]))  # noqa: S308 -- every part of the text is escaped

    def snippet(self, text: str) -> SafeString:
        """A few words around the first hit; nothing where there is none."""
        text = text[:LONGEST_TEXT]
        first = next((token for token in TOKEN.finditer(text) if self.hits(token[0].lower())), None)
        if first is None:
            return mark_safe("")
        start, end = max(0, first.start() - BEFORE), first.end() + AFTER
        start = text.find(" ", start, first.start()) + 1 if start else 0
        cut = text.rfind(" ", first.end(), end) if end < len(text) else len(text)
        end = cut if cut > 0 else end
        around = " ".join(text[start:end].split())
        return mark_safe(  # noqa: S308 -- `marked` escapes
            ("… " if start else "") + self.marked(around) + (" …" if end < len(text) else "")
        )
