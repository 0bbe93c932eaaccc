"""What looks wrong in an agreement but may be so: sentences to show and to confirm, none of which forbids anything. And
the one thing that is forbidden: terms that follow each other and share a day.

The same number twice is a doubt, not a mistake: both texts are signed, the portal cannot renumber them, and an old
register really holds such pairs (docs/decisions)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from partnerships.models import (
    TAKES_OVER,
    Agreement,
    AgreementLink,
    AgreementParty,
    KindCode,
    SigningAuthority,
    may_sign,
)
from toolkit.local_times import day_short
from units.models import User

NAMED = 3


@dataclass(frozen=True)
class Doubt:
    """A sentence, the field beside which it stands ("" for the whole) and the place of the party it is about (0 for
    the agreement itself)."""

    sentence: str
    field: str = ""
    position: int = 0


def doubts(agreement: Agreement, *, user: User, today: date) -> list[Doubt]:
    """All doubts about one agreement; six statements at most."""
    parties = list(
        AgreementParty.objects.filter(agreement=agreement).select_related("unit", "organization").order_by("position")
    )
    return [
        *_number_twice(agreement, user),
        *_party_number_twice(agreement, parties, user),
        *_parties(agreement, parties),
        *_days(agreement, today),
        *_same_partner(agreement, parties, user, today),
        *authority_doubts(agreement, parties),
    ]


def _number_twice(agreement: Agreement, user: User) -> Iterator[Doubt]:
    if not agreement.number:
        return
    same = Agreement.objects.visible_to(user).filter(number__iexact=agreement.number).exclude(pk=agreement.pk)
    titles = list(same.order_by("pk").values_list("title", flat=True)[:NAMED])
    if titles:
        yield Doubt(
            _("Nomor %(number)s juga dipakai pada: %(titles)s. Periksa apakah perjanjian ini tercatat dua kali.")
            % {"number": agreement.number, "titles": "; ".join(titles)},
            "number",
        )


def _party_number_twice(agreement: Agreement, parties: list[AgreementParty], user: User) -> Iterator[Doubt]:
    """The same side used the number of its own for another agreement."""
    ours = Q(pk__in=[])
    for party in parties:
        if party.party_number:
            side = {"unit_id": party.unit_id, "organization_id": party.organization_id}
            ours |= Q(party_number__iexact=party.party_number, **side)
    others = (
        AgreementParty.objects.filter(ours, agreement__in=Agreement.objects.visible_to(user).values("pk"))
        .exclude(agreement=agreement)
        .select_related("agreement")
        .order_by("agreement_id", "pk")
    )
    found = list(others[:NAMED]) if ours != Q(pk__in=[]) else []
    for other in found:
        party = next(
            one
            for one in parties
            if (one.unit_id, one.organization_id) == (other.unit_id, other.organization_id)
            and one.party_number.casefold() == other.party_number.casefold()
        )
        yield Doubt(
            _("%(party)s memakai nomor %(number)s juga pada %(agreement)s.")
            % {"party": party, "number": party.party_number, "agreement": other.agreement},
            "party_number",
            party.position,
        )


def _parties(agreement: Agreement, parties: list[AgreementParty]) -> Iterator[Doubt]:
    if len(parties) < 2 or not any(party.organization_id for party in parties):
        yield Doubt(_("Perjanjian ini belum memuat pihak dari luar. Lengkapi daftar para pihak."))
    for party in parties if agreement.signed_on else []:
        if party.lacks_signatory:
            yield Doubt(
                _("Penanda tangan %(party)s belum ditulis, padahal perjanjian sudah ditandatangani.")
                % {"party": party},
                "signatory_name",
                party.position,
            )


def _days(agreement: Agreement, today: date) -> Iterator[Doubt]:
    if agreement.signed_on and agreement.signed_on > today:
        yield Doubt(_("Tanggal tanda tangan berada di masa depan. Periksa tahunnya."), "signed_on")
    if agreement.signed_on and agreement.effective_from is None:
        yield Doubt(
            _("Masa berlaku belum diisi, sehingga perjanjian ini belum dihitung sebagai berlaku."), "effective_from"
        )


def _same_partner(agreement: Agreement, parties: list[AgreementParty], user: User, today: date) -> Iterator[Doubt]:
    """Another agreement of the same kind, owner and partner whose term is not over."""
    partners = {party.organization_id: party for party in parties if party.organization}
    if not partners or agreement.agreement_type_id == KindCode.AMENDMENT:
        return
    others = (
        AgreementParty.objects.filter(
            organization__in=partners,
            agreement__in=Agreement.objects.visible_to(user)
            .living(today)
            .filter(owner_unit_id=agreement.owner_unit_id, agreement_type_id=agreement.agreement_type_id)
            .exclude(effective_until__lt=today)
            .exclude(pk=agreement.pk)
            .exclude(links_to_later__later=agreement)
            .exclude(links_to_earlier__earlier=agreement)
            .values("pk"),
        )
        .select_related("agreement")
        .order_by("agreement_id")[:NAMED]
    )
    for other in others:
        party = partners[other.organization_id]
        facts = {"partner": party, "agreement": other.agreement, "term": term_of(other.agreement)}
        words = (
            _("Mitra yang sama, %(partner)s, sudah punya %(agreement)s; masanya bertumpang tindih (%(term)s).")
            if agreement.shares_a_day_with(other.agreement)
            else _("Mitra yang sama, %(partner)s, sudah punya %(agreement)s.")
        )
        yield Doubt(words % facts, "organization", party.position)


def authority_doubts(agreement: Agreement, parties: list[AgreementParty]) -> Iterator[Doubt]:
    """Of signatories on our side whose position may not sign this kind; one statement."""
    ours = [party for party in parties if party.unit_id and party.signatory_position]
    if not ours:
        return
    lines = list(SigningAuthority.objects.filter(kind_id=agreement.agreement_type_id))
    for party in ours:
        if not may_sign(party.signatory_position, level=agreement.level, lines=lines):
            yield Doubt(
                _("Menurut daftar kewenangan, %(position)s tidak berwenang menandatangani %(kind)s.")
                % {"position": party.signatory_position, "kind": agreement.agreement_type},
                "signatory_position",
                party.position,
            )


def term_of(agreement: Agreement) -> str:
    """`1 Jan 2026 - 31 Des 2028`; the day it was ended or replaced counts as its end."""
    ends = [
        day for day in (agreement.effective_until, agreement.terminated_on, agreement.superseded_on) if day is not None
    ]
    first = day_short(agreement.effective_from) if agreement.effective_from else "–"
    return f"{first} - {day_short(min(ends)) if ends else _('sampai diakhiri')}"


def overlaps(agreement: Agreement) -> list[Doubt]:
    """Terms in a chain of extensions, renewals and successors follow each other: the neighbours that share a day with
    this one. One statement."""
    beside = AgreementLink.objects.filter(Q(later=agreement) | Q(earlier=agreement), kind__in=TAKES_OVER)
    found = []
    for link in beside.select_related("later", "earlier").order_by("pk"):
        other = link.earlier if link.later_id == agreement.pk else link.later
        if agreement.shares_a_day_with(other):
            found.append(
                Doubt(
                    _(
                        "Masa perjanjian ini (%(term)s) bertumpang tindih dengan %(agreement)s (%(other)s), padahal "
                        "keduanya bersambung. Betulkan tanggalnya, atau akhiri dahulu yang lama."
                    )
                    % {"term": term_of(agreement), "agreement": other, "other": term_of(other)},
                    "effective_from" if link.later_id == agreement.pk else "effective_until",
                )
            )
    return found
