"""Finding organisations by the names people write, among ten thousand of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from partnerships.models import Organization, OrganizationKind

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
COMMON = 60  # a word that so many names share tells nothing
NEAR = 0.86
MOST_COMPARED = 300


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


@dataclass(frozen=True)
class Partner:
    pk: int
    name: str


class PartnerIndex:
    """All organisations by key and by word, read in one statement."""

    def __init__(self, rows: Iterable[tuple[int, str, str]] | None = None) -> None:
        self._by_key: dict[str, Partner] = {}
        self._by_word: dict[str, list[str]] = {}
        found = Organization.objects.order_by("pk").values_list("pk", "name", "short_name").iterator(chunk_size=2_000)
        for pk, name, short_name in found if rows is None else rows:
            partner = Partner(pk, name)
            for spelling in filter(None, (name, short_name)):
                self._add(partner_key(spelling), partner)

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
            if len(keys) <= COMMON or not candidates:
                candidates.update(dict.fromkeys(keys[:MOST_COMPARED]))
        compared = SequenceMatcher(b=key)
        scored = []
        for other in list(candidates)[:MOST_COMPARED]:
            compared.set_seq1(other)
            if compared.quick_ratio() >= NEAR and (score := compared.ratio()) >= NEAR:
                scored.append((score, other))
        found = [self._by_key[other] for _score, other in sorted(scored, key=lambda pair: (-pair[0], pair[1]))]
        return list(dict.fromkeys(found))[:n]
