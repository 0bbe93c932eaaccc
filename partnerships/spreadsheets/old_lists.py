"""Old lists of agreements: what each row would become, and what is wrong with it. Writes nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from django.utils.translation import gettext as _

from partnerships.models import Agreement, AgreementKind, Classification
from partnerships.near_names import PartnerIndex, likely_kind, partner_key
from partnerships.spreadsheets.old_list_columns import old_list_columns
from toolkit.xlsx import Column, Problem, SheetRow, read_table
from units.access import reach
from units.matching import UnitMatcher
from units.models import Unit

# Somebody waits for the page: names beyond so many are not compared with all others, which takes 30 ms and 6 ms each.
MOST_SIMILAR, MOST_NEAR = 200, 1_000


@dataclass
class PartyFacts:
    """A party to be: one of our units, an organisation there is, or one to make under `name`."""

    unit_id: int | None = None
    organization_id: int | None = None
    name: str = ""
    kind: str = ""
    country: str = ""
    party_number: str = ""
    signatory_name: str = ""
    signatory_position: str = ""


@dataclass
class OldRow:
    """A row of the preview: `new`, `same` (is recorded already, or stands twice in the sheet), or `wrong`."""

    number: int
    name: str
    status: str = "new"
    owner: Unit | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    parties: list[PartyFacts] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)

    @property
    def owner_name(self) -> str:
        return self.owner.short_name if self.owner else self.written.get("owner", "")


@dataclass
class OldList:
    """A whole sheet as read; `new_partners` by the names they would be made under."""

    rows: list[OldRow]
    unknown: list[str]
    columns: list[Column]
    new_partners: dict[str, list[str]] = field(default_factory=dict)

    @property
    def ready(self) -> list[OldRow]:
        return [row for row in self.rows if row.status == "new"]

    @property
    def wrong(self) -> list[OldRow]:
        return [row for row in self.rows if row.status == "wrong"]


def plain_key(text: str) -> str:
    """A number or a title as compared: "W.13-HH.04.02 - 118" and "W13.HH.04.02-118" are one."""
    return re.sub(r"[\W_]", "", text.casefold())


def read_old_list(file: IO[bytes], *, user: Any, today: date) -> OldList:
    """What each row would become for `user`, who records for the units of the own reach. A constant number of
    statements. Raises SheetIsRefused."""
    kinds = list(AgreementKind.objects.order_by("position", "name"))
    columns = old_list_columns(kinds)
    table = read_table(file, columns=columns, fills_merged=True)
    reader = _Reader(columns, user, today)
    rows = [reader.row(row) for row in table.rows]
    return OldList(rows, table.unknown, columns, reader.new_partners)


class _Reader:
    """Everything a row is compared with, read once."""

    def __init__(self, columns: Sequence[Column], user: Any, today: date) -> None:
        self.labels = {column.key: str(column.label) for column in columns}
        self.user, self.today = user, today
        self.units = UnitMatcher()
        self.partners = PartnerIndex()
        self.within = set(Unit.objects.filter(reach(user, "")).values_list("pk", flat=True))
        self.new_partners: dict[str, list[str]] = {}
        self._spelled: dict[str, str] = {}
        self._similar: dict[str, str] = {}
        self.numbers: dict[tuple[int, str], tuple[str, str]] = {}
        self.titles: set[tuple[int, str, date | None]] = set()
        self.seen: dict[tuple[object, ...], OldRow] = {}
        known = Agreement.objects.editable_by(user).order_by("pk")
        facts = known.values_list("owner_unit_id", "number", "title", "signed_on", "effective_from")
        for owner, number, title, signed_on, first in facts.iterator(chunk_size=2_000):
            if number:
                self.numbers.setdefault((owner, plain_key(number)), (plain_key(title), title))
            self.titles.add((owner, plain_key(title), signed_on or first))

    def row(self, sheet: SheetRow) -> OldRow:
        row = OldRow(sheet.number, sheet.text("title"), problems=list(sheet.problems), written=sheet.written)
        if sheet.filled:
            row.notes.append(
                _("Sel gabungan disalin dari baris di atasnya: %(columns)s.") % {"columns": ", ".join(sheet.filled)}
            )
        self._owner(row, sheet)
        self._facts(row, sheet)
        self._days(row)
        self._parties(row, sheet)
        if row.problems:
            row.status = "wrong"
        self._twice(row)
        return row

    def problem(self, row: OldRow, key: str, sentence: str) -> None:
        row.problems.append(Problem(self.labels[key], sentence))
        row.status = "wrong"

    # --- whose

    def _owner(self, row: OldRow, sheet: SheetRow) -> None:
        name = sheet.text("owner")
        if not name:
            if self.user.unit_id in self.within and "owner" not in {p.column for p in row.problems}:
                row.owner = self.user.unit
                return
            self.problem(row, "owner", _("Wajib diisi."))
            return
        found = self.units.all(name)
        if len(found) > 1:
            names = ", ".join(unit.official_name for unit in found[:3])
            self.problem(row, "owner", _("Cocok dengan beberapa unit: %(names)s.") % {"names": names})
        elif not found:
            self.problem(row, "owner", self._unknown_unit(name))
        elif found[0].pk not in self.within:
            self.problem(row, "owner", _("%(unit)s berada di luar wewenang Anda.") % {"unit": found[0].short_name})
        else:
            row.owner = found[0]

    def _unknown_unit(self, name: str) -> str:
        if name not in self._similar:
            found = self.units.similar(name) if len(self._similar) < MOST_SIMILAR else []
            similar = ", ".join(unit.short_name for unit in found)
            sentence = _("Satuan kerja “%(name)s” tidak dikenal.") % {"name": name}
            if similar:
                sentence += " " + _("Barangkali yang dimaksud: %(names)s.") % {"names": similar}
            self._similar[name] = sentence
        return self._similar[name]

    # --- what

    def _facts(self, row: OldRow, sheet: SheetRow) -> None:
        row.facts = {
            "agreement_type_id": sheet.text("kind"),
            "title": sheet.text("title"),
            "number": sheet.text("number"),
            "is_foreign": sheet.text("is_foreign") == "luar",
            "level": sheet.text("level"),
            "signed_on": sheet.values.get("signed_on"),
            "signed_at_place": sheet.text("signed_at_place"),
            "effective_from": sheet.values.get("effective_from"),
            "effective_until": sheet.values.get("effective_until"),
            "scope": sheet.text("scope"),
            "classification": sheet.text("classification") or Classification.PUBLIC.value,
            "classification_reason": sheet.text("classification_reason"),
        }
        if row.facts["classification"] != Classification.PUBLIC and not row.facts["classification_reason"]:
            self.problem(row, "classification_reason", _("Wajib diisi bila naskah terbatas atau dikecualikan."))

    def _days(self, row: OldRow) -> None:
        signed, first, last = (row.facts[key] for key in ("signed_on", "effective_from", "effective_until"))
        if last and not first and signed and signed <= last:
            row.facts["effective_from"] = first = signed
            row.notes.append(_("Mulai berlaku kosong; dipakai tanggal tanda tangan."))
        elif last and not first and not self._is_faulty(row, "effective_from"):
            self.problem(row, "effective_from", _("Wajib diisi, karena tanggal akhirnya sudah diisi."))
        if first and last and last < first:
            self.problem(row, "effective_until", _("Tanggal akhir tidak boleh sebelum tanggal mulai berlaku."))
        if signed and signed > self.today:
            row.notes.append(_("Tanggal tanda tangan berada di masa depan. Periksa tahunnya."))

    def _is_faulty(self, row: OldRow, key: str) -> bool:
        return any(problem.column == self.labels[key] for problem in row.problems)

    # --- with whom

    def _parties(self, row: OldRow, sheet: SheetRow) -> None:
        own = PartyFacts(
            unit_id=row.owner.pk if row.owner else None,
            party_number=sheet.text("number"),
            signatory_name=sheet.text("signatory"),
            signatory_position=sheet.text("signatory_position"),
        )
        partner = PartyFacts(
            name=sheet.text("partner"),
            kind=sheet.text("partner_kind"),
            country=sheet.text("country"),
            party_number=sheet.text("partner_number"),
            signatory_name=sheet.text("partner_signatory"),
            signatory_position=sheet.text("partner_position"),
        )
        third = PartyFacts(name=sheet.text("third"), party_number=sheet.text("third_number"))
        row.parties = [own, *(self._known(row, party) for party in (partner, third) if party.name)]
        if not sheet.text("third") and sheet.text("third_number"):
            self.problem(row, "third", _("Wajib diisi, karena nomornya sudah diisi."))
        if row.facts["signed_on"] and not (own.signatory_name and partner.signatory_name):
            row.notes.append(_("Penanda tangan belum lengkap; dapat dilengkapi kemudian."))

    def _known(self, row: OldRow, party: PartyFacts) -> PartyFacts:
        known = self.partners.find(party.name)
        unit = None if known else self.units.one(party.name)
        if known:
            party.organization_id = known.pk
            if known.name.casefold() != party.name.casefold():
                facts = {"name": party.name, "known": known.name}
                row.notes.append(_("“%(name)s” dibaca sebagai %(known)s.") % facts)
        elif unit is not None:
            party.unit_id = unit.pk
            if unit == row.owner:
                self.problem(row, "partner", _("Mitra sama dengan unit pemilik."))
        else:
            self._new(row, party)
        return party

    def _new(self, row: OldRow, party: PartyFacts) -> None:
        party.name = self._spelled.setdefault(partner_key(party.name), party.name)
        party.kind = party.kind or likely_kind(party.name).value
        party.country = party.country or "Indonesia"
        if party.name not in self.new_partners:
            found = self.partners.near(party.name) if len(self.new_partners) < MOST_NEAR else []
            self.new_partners[party.name] = [partner.name for partner in found]
        near = self.new_partners[party.name]
        sentence = _("Mitra baru: %(name)s.") % {"name": party.name}
        if near:
            sentence += " " + _("Mirip dengan %(names)s; samakan ejaannya bila sama.") % {"names": ", ".join(near)}
        row.notes.append(sentence)

    # --- once

    def _twice(self, row: OldRow) -> None:
        """The same agreement in the registry or above in the sheet is left out; its number on another one is wrong."""
        if row.owner is None:
            return
        title, number = plain_key(row.name), plain_key(row.facts["number"])
        day = row.facts["signed_on"] or row.facts["effective_from"]
        key: tuple[object, ...] = (row.owner.pk, number) if number else (row.owner.pk, title, day)
        above = self.seen.setdefault(key, row)
        if above is not row:
            self._as_above(row, above)
            return
        recorded = self.numbers.get((row.owner.pk, number)) if number else None
        if recorded and recorded[0] != title:
            self.problem(row, "number", _("Nomor ini sudah dipakai perjanjian “%(title)s”.") % {"title": recorded[1]})
        elif row.status == "new" and (recorded or (row.owner.pk, title, day) in self.titles):
            row.status = "same"
            row.notes = [_("Sudah tercatat.")]

    def _as_above(self, row: OldRow, above: OldRow) -> None:
        if row.facts == above.facts and row.parties == above.parties and row.status != "wrong":
            row.status = "same" if above.status != "wrong" else "wrong"
            sentence = _("Sama dengan baris %(n)d.") % {"n": above.number}
            if row.status == "same":
                row.notes = [sentence]
            else:
                self.problem(row, "number", sentence)
        elif row.facts["number"]:
            sentence = _("Nomor yang sama dengan baris %(n)d, tetapi isinya berbeda.") % {"n": above.number}
            self.problem(row, "number", sentence)
        else:
            sentence = _("Judul dan tanggal sama dengan baris %(n)d, tetapi isinya berbeda.") % {"n": above.number}
            self.problem(row, "title", sentence)
