"""What looks wrong in an agreement but may be so: sentences to show, none of which forbids anything."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from partnerships.models import (
    Agreement,
    AgreementParty,
    KindCode,
    LinkKind,
    SigningAuthority,
    may_sign,
)
from toolkit.local_times import day_short
from units.models import User

NAMED = 3


def doubts(agreement: Agreement, *, user: User, today: date) -> list[str]:
    """All doubts about one agreement; seven statements at most."""
    parties = list(
        AgreementParty.objects.filter(agreement=agreement).select_related("unit", "organization").order_by("position")
    )
    return [
        *_number_twice(agreement, user),
        *_parties(parties),
        *_days(agreement, today),
        *_same_partner(agreement, parties, user, today),
        *authority_doubts(agreement, parties),
        *_links(agreement),
    ]


def _number_twice(agreement: Agreement, user: User) -> Iterator[str]:
    if not agreement.number:
        return
    same = Agreement.objects.visible_to(user).filter(number__iexact=agreement.number).exclude(pk=agreement.pk)
    titles = list(same.order_by("pk").values_list("title", flat=True)[:NAMED])
    if titles:
        yield (
            _("Nomor %(number)s juga dipakai pada: %(titles)s. Periksa apakah perjanjian ini tercatat dua kali.")
            % {"number": agreement.number, "titles": "; ".join(titles)}
        )


def _parties(parties: list[AgreementParty]) -> Iterator[str]:
    if len(parties) < 2 or not any(party.organization_id for party in parties):
        yield _("Perjanjian ini belum memuat pihak dari luar. Lengkapi daftar para pihak.")


def _days(agreement: Agreement, today: date) -> Iterator[str]:
    if agreement.signed_on and agreement.signed_on > today:
        yield _("Tanggal tanda tangan berada di masa depan. Periksa tahunnya.")
    if agreement.signed_on and agreement.effective_from is None:
        yield _("Masa berlaku belum diisi, sehingga perjanjian ini belum dihitung sebagai berlaku.")


def _same_partner(agreement: Agreement, parties: list[AgreementParty], user: User, today: date) -> Iterator[str]:
    """Another agreement of the same kind, owner and partner whose term is not over."""
    partners = {party.organization_id: party.organization for party in parties if party.organization}
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
    for party in others:
        yield (
            _("Mitra yang sama, %(partner)s, sudah punya %(agreement)s.")
            % {"partner": partners[party.organization_id], "agreement": party.agreement}
        )


def authority_doubts(agreement: Agreement, parties: list[AgreementParty]) -> Iterator[str]:
    """Of signatories on our side whose position may not sign this kind; one statement."""
    ours = [party for party in parties if party.unit_id and party.signatory_position]
    if not ours:
        return
    lines = list(SigningAuthority.objects.filter(kind_id=agreement.agreement_type_id))
    for party in ours:
        if not may_sign(party.signatory_position, level=agreement.level, lines=lines):
            yield (
                _("Menurut daftar kewenangan, %(position)s tidak berwenang menandatangani %(kind)s.")
                % {"position": party.signatory_position, "kind": agreement.agreement_type}
            )


def _links(agreement: Agreement) -> Iterator[str]:
    """Periods that follow each other do not overlap."""
    following = {LinkKind.EXTENDS, LinkKind.RENEWS, LinkKind.SUCCEEDS}
    for link in agreement.links_to_earlier.filter(kind__in=following).select_related("earlier").order_by("pk"):
        earlier = link.earlier
        if agreement.shares_a_day_with(earlier):
            end = day_short(earlier.effective_until) if earlier.effective_until else _("sampai diakhiri")
            yield (
                _("Masa perjanjian ini bertumpang tindih dengan %(agreement)s (%(end)s). Periksa tanggal mulainya.")
                % {"agreement": earlier, "end": end}
            )
