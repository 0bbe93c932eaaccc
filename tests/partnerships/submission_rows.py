"""Signed copies for tests: handed in, verified, published."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from dashboard.management.sample.agreements import one_page_pdf
from partnerships.actions.submissions import DeedFacts, SignatureFacts, submit_copy, verify_submission
from partnerships.models import (
    Agreement,
    AgreementKind,
    AgreementParty,
    ChecklistPoint,
    Organization,
    OrganizationKind,
    Submission,
)
from tests.factories import Kanwil
from tests.partnerships.scene import NOW
from units.models import Unit

SECRET = "NIP 19700101 199501 2 001"


def naskah(*lines: str, name: str = "naskah.pdf") -> ContentFile:
    return ContentFile(one_page_pdf([*(lines or ("PERJANJIAN KERJA SAMA",)), SECRET]), name=name)


def make_deed(owner: Unit, *, title: str = "Layanan perpustakaan", **fields: Any) -> Agreement:
    values = {"agreement_type_id": "perjanjian_kerja_sama", "signed_on": date(2026, 11, 2), "number": f"W-{title[:20]}"}
    values |= {"effective_from": date(2026, 11, 2), "effective_until": date(2028, 11, 1)}
    agreement = Agreement.objects.create(title=title, owner_unit=owner, **values | fields)
    partner, _is_new = Organization.objects.get_or_create(
        name="Perpustakaan Contoh", defaults={"kind": OrganizationKind.OTHER}
    )
    for position, body in enumerate(({"unit": owner}, {"organization": partner}), start=1):
        AgreementParty.objects.create(
            agreement=agreement,
            position=position,
            signatory_name=f"Penanda Tangan {position}",
            signatory_position="Kepala",
            **body,
        )
    return agreement


def make_submission(
    kanwil: Kanwil, *, title: str = "Layanan perpustakaan", now: datetime = NOW, **fields: Any
) -> Submission:
    """Handed in by the operator of the Kanwil's UPT."""
    agreement = make_deed(kanwil.operator.unit or kanwil.unit, title=title, **fields)
    return submit_copy(agreement, file=naskah(title), facts=None, by=kanwil.operator, now=now)


def points() -> list[ChecklistPoint]:
    return list(ChecklistPoint.objects.in_use())


def make_verified(kanwil: Kanwil, *, now: datetime = NOW, **fields: Any) -> Submission:
    submission = make_submission(kanwil, now=now, **fields)
    return verify_submission(submission, ticked=points(), by=kanwil.admin, now=now + timedelta(hours=1))


def deed(**fields: Any) -> DeedFacts:
    values: dict[str, Any] = {
        "kind": AgreementKind.objects.get(pk="perjanjian_kerja_sama"),
        "title": "Layanan perpustakaan",
        "partner": "Perpustakaan Daerah Contoh",
        "partner_kind": OrganizationKind.OTHER,
        "signed_on": date(2026, 11, 2),
        "effective_from": date(2026, 11, 2),
        "effective_until": None,
        "ours": SignatureFacts("W-1", "Arum", "Kepala Rutan"),
        "theirs": SignatureFacts("P-1", "Bima", "Direktur"),
    }
    return DeedFacts(**values | fields)
