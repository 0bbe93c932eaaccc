"""Finding organisations by the names people write: while one is typed, and in lists beside ten thousand of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Q

from partnerships.models import Organization, OrganizationAlias, OrganizationKind

# Words that say what a body is legally, not which one it is.
LEGAL = {"pt", "cv", "ud", "tbk", "persero", "perum", "inc", "ltd", "dan", "the", "of"}
SHORTENED = {
    "pemkab": "pemerintah kabupaten",
    "pemkot": "pemerintah kota",
    "pemprov": "pemerintah provinsi",
    "pemda": "pemerintah daerah",
    "kab": "kabupaten",
    "prov": "provinsi",
    "univ": "universitas",
    "yys": "yayasan",
    "kemen": "kementerian",
}
KIND_WORDS: list[tuple[OrganizationKind, str]] = [
    (OrganizationKind.PROVINCE, r"pemerintah (daerah )?provinsi|provinsi"),
    (OrganizationKind.REGENCY, r"pemerintah (daerah )?kabupaten|kabupaten"),
    (OrganizationKind.CITY, r"pemerintah (daerah )?kota"),
    (
        OrganizationKind.UNIVERSITY,
        r"universitas|university|institut|politeknik|sekolah tinggi|akademi|stie|stih|uin|iain",
    ),
    (OrganizationKind.MINISTRY, r"kementerian|badan|komisi|mahkamah|kejaksaan|kepolisian|polda|polres|ombudsman"),
    (OrganizationKind.FOUNDATION, r"yayasan|stiftung|foundation|lembaga bantuan hukum|lbh|perkumpulan|majelis"),
    (OrganizationKind.MEDIA, r"media|radio|televisi|tv|antara|harian|koran|pers"),
    (OrganizationKind.COMPANY, r"pt|cv|ud|bank|perum|koperasi|bpjs"),
]
# Words that many names share tell nothing.
COMMON = {"dan", "of", "the", "pt", "cv"} | {
    "yayasan", "universitas", "pemerintah", "kota", "kabupaten", "provinsi", "dinas"
}  # fmt: skip
SHARED = 60  # a word that so many names share tells nothing
CANDIDATES = 200
MOST_COMPARED = 300
SHOWN = 5
ALIKE = 0.82


def partner_key(name: str) -> str:
    """One key for the spellings of a body: "PT. Sinar Jaya, Tbk" and "Sinar Jaya PT" meet."""
    words = re.sub(r"[^\w ]", " ", name.casefold()).split()
    return " ".join(SHORTENED.get(word, word) for word in words if word not in LEGAL)


def likely_kind(name: str) -> OrganizationKind:
    text = " ".join(SHORTENED.get(word, word) for word in re.sub(r"[^\w ]", " ", name.casefold()).split())
    for kind, words in KIND_WORDS:
        if re.search(rf"\b({words})\b", text):
            return kind
    return OrganizationKind.OTHER


def words_of(name: str) -> list[str]:
    return [word for word in partner_key(name).split() if len(word) > 1]


def alike(ours: list[str], theirs: list[str]) -> float:
    """0 to 1, and 0 where it is below ALIKE; word order and the common words count little."""
    match = SequenceMatcher(None, " ".join(ours), " ".join(theirs))
    plain = ordered = 0.0
    # The letters alone, in any order, say how alike both can be at most: only what can pass is compared.
    if match.real_quick_ratio() >= ALIKE and match.quick_ratio() >= ALIKE:
        plain = match.ratio()
        ordered = SequenceMatcher(None, " ".join(sorted(ours)), " ".join(sorted(theirs))).ratio()
    mine, other = set(ours) - COMMON, set(theirs) - COMMON
    inside = 0.9 if mine and other and (mine <= other or other <= mine) and len(mine & other) >= 2 else 0.0
    return max(plain, ordered, inside)


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
        score = max(alike(words, words_of(other)) for other in names if other)
        if score >= ALIKE:
            scored.append((-score, row.name, row))
    return [row for _score, _name, row in sorted(scored, key=lambda line: line[:2])[:SHOWN]]


@dataclass(frozen=True)
class Partner:
    pk: int
    name: str


class PartnerIndex:
    """All organisations by key and by word, read in two statements. `rows`: key, name, another spelling."""

    def __init__(self, rows: Iterable[tuple[int, str, str]] | None = None) -> None:
        self._by_key: dict[str, Partner] = {}
        self._by_word: dict[str, list[str]] = {}
        for pk, name, spelling in _spellings() if rows is None else rows:
            for one in filter(None, (name, spelling)):
                self._add(partner_key(one), Partner(pk, name))

    def _add(self, key: str, partner: Partner) -> None:
        if key and key not in self._by_key:
            self._by_key[key] = partner
            for word in set(key.split()):
                self._by_word.setdefault(word, []).append(key)

    def find(self, name: str) -> Partner | None:
        return self._by_key.get(partner_key(name))

    def near(self, name: str, n: int = 3) -> list[Partner]:
        """At most `n` whose names are written much like this one, the nearest first."""
        key = partner_key(name)
        words = sorted(set(key.split()), key=lambda word: len(self._by_word.get(word, ())))
        candidates: dict[str, None] = {}
        for word in words:
            keys = self._by_word.get(word, [])
            if len(keys) <= SHARED or not candidates:
                candidates.update(dict.fromkeys(keys[:MOST_COMPARED]))
        ours = words_of(name)
        scored = [(alike(ours, other.split()), other) for other in list(candidates)[:MOST_COMPARED]]
        scored = [(score, other) for score, other in scored if score >= ALIKE]
        found = [self._by_key[other] for _score, other in sorted(scored, key=lambda pair: (-pair[0], pair[1]))]
        return list(dict.fromkeys(found))[:n]


def _spellings() -> Iterator[tuple[int, str, str]]:
    yield from Organization.objects.order_by("pk").values_list("pk", "name", "short_name").iterator(chunk_size=2_000)
    aliases = OrganizationAlias.objects.order_by("pk").values_list("organization", "organization__name", "name")
    yield from aliases.iterator(chunk_size=2_000)
