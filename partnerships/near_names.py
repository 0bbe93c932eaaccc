"""Names of organisations that look like one that is being typed."""

import re
from difflib import SequenceMatcher

from django.db.models import Q

from partnerships.models import Organization

# Words that many names share tell nothing.
COMMON = {"dan", "of", "the", "pt", "cv"} | {
    "yayasan", "universitas", "pemerintah", "kota", "kabupaten", "provinsi", "dinas"
}  # fmt: skip
CANDIDATES = 200
SHOWN = 5
ALIKE = 0.82


def words_of(name: str) -> list[str]:
    return [word for word in re.findall(r"\w+", name.casefold()) if len(word) > 1]


def near_names(name: str, *, but: int | None = None) -> list[Organization]:
    """At most five organisations whose name, short name or alias resembles `name`, the nearest first.

    Two statements: candidates share the beginning of a telling word and are then compared letter by letter."""
    words = words_of(name)
    if not words or len("".join(words)) < 3:
        return []
    telling = [word for word in words if word not in COMMON] or words
    condition = Q(short_name__iexact=name.strip())
    for word in sorted(telling, key=len, reverse=True)[:4]:
        start = word[:5]
        condition |= Q(name__icontains=start) | Q(aliases__name__icontains=start)
    rows = Organization.objects.filter(condition).exclude(pk=but or 0).distinct().prefetch_related("aliases")
    scored = []
    for row in rows.order_by("pk")[:CANDIDATES]:
        names = [row.name, row.short_name, *(alias.name for alias in row.aliases.all())]
        score = max(_alike(words, words_of(other)) for other in names if other)
        if score >= ALIKE:
            scored.append((-score, row.name, row))
    return [row for _score, _name, row in sorted(scored, key=lambda line: line[:2])[:SHOWN]]


def _alike(ours: list[str], theirs: list[str]) -> float:
    """0 to 1; word order and the common words count little."""
    plain = SequenceMatcher(None, " ".join(ours), " ".join(theirs)).ratio()
    ordered = SequenceMatcher(None, " ".join(sorted(ours)), " ".join(sorted(theirs))).ratio()
    mine, other = set(ours) - COMMON, set(theirs) - COMMON
    inside = 0.9 if mine and other and (mine <= other or other <= mine) and len(mine & other) >= 2 else 0.0
    return max(plain, ordered, inside)
