"""What may be done with many agreements at once, and why a row is left out."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.actions.publishing import (
    IsExempt,
    IsNotVerified,
    OwnPublication,
    PublicCopyIsHeld,
    PublicCopyIsMissing,
    publish_agreement,
)
from partnerships.actions.records import classify, hand_over, supersede, tag, terminate
from partnerships.actions.submissions import ChecklistIsIncomplete, IsAnsweredAlready, OwnSubmission, verify_submission
from partnerships.admin.bulk import BulkChange, BulkForm, Refused, each
from partnerships.admin.desk import KnownSelect
from partnerships.models import (
    TAKES_OVER,
    Agreement,
    AgreementFile,
    AgreementLink,
    ChecklistPoint,
    Classification,
    FileKind,
    Publication,
    ScopeTag,
    Submission,
)
from toolkit.form_fields import CalendarDayField
from toolkit.one_line import one_line
from units.access import EDITS_ALL, Role, reach
from units.models import Unit, User

# So many copies one looks at before one says that all are right.
MOST_LOOKED_AT = 100


class SeenField(forms.Field):
    """Keys of what stood on the page that was confirmed: what came since then is looked at first."""

    widget = forms.MultipleHiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, label="")

    def to_python(self, value: Any) -> list[int]:
        return [int(key) for key in value or () if key.isascii() and key.isdecimal() and len(key) < 19]


class ClassificationForm(BulkForm):
    classification = forms.ChoiceField(label=gettext_lazy("Klasifikasi"), choices=Classification.choices)
    reason = forms.CharField(
        label=gettext_lazy("Alasan klasifikasi"), max_length=300, required=False, validators=[one_line]
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        closed = cleaned.get("classification") not in {None, Classification.PUBLIC}
        if closed and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Tulis alasan mengapa naskah ini tidak terbuka untuk publik."))
        return cleaned


class TagForm(BulkForm):
    tag = forms.ModelChoiceField(ScopeTag.objects.filter(is_active=True).order_by("name"), label=gettext_lazy("Bidang"))


class OwnerForm(BulkForm):
    owner_unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Unit pemilik yang baru"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units: Any = self.fields["owner_unit"]
        units.queryset = Unit.objects.filter(reach(self.user, "")).order_by("path", "pk")


class TerminationForm(BulkForm):
    day = CalendarDayField(label=gettext_lazy("Dihentikan pada"))
    reason = forms.CharField(
        label=gettext_lazy("Alasan dihentikan"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class VerificationForm(BulkForm):
    """The checklist, ticked once for all; `seen` are the submissions that stood on the page."""

    points = forms.ModelMultipleChoiceField(
        ChecklistPoint.objects.in_use(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Sudah diperiksa pada setiap naskah di bawah ini"),
        help_text=gettext_lazy("Naskah yang belum sesuai dikembalikan dengan alasan dari halamannya sendiri."),
    )
    seen = SeenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            waiting = Submission.objects.waiting().filter(agreement__in=[row.pk for row in self.rows])
            self.initial["seen"] = list(waiting.order_by("pk").values_list("pk", flat=True))

    def clean_points(self) -> list[ChecklistPoint]:
        ticked = list(self.cleaned_data["points"])
        if len(ticked) < ChecklistPoint.objects.in_use().count():
            raise forms.ValidationError(str(ChecklistIsIncomplete.sentence))
        return ticked


class PublicationForm(BulkForm):
    """Nothing to type; `seen` are the public copies that stood on the page."""

    seen = SeenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["seen"] = [copy.pk for copy in _newest_public_copies(self.rows).values()]


class SuccessorForm(BulkForm):
    successor = forms.ModelChoiceField(
        Agreement.objects.none(),
        label=gettext_lazy("Perjanjian pengganti"),
        help_text=gettext_lazy("Ketik nomor, judul, atau nama pihak, lalu pilih."),
    )
    on = CalendarDayField(
        label=gettext_lazy("Digantikan pada"),
        help_text=gettext_lazy("Sejak hari itu perjanjian lama tidak berlaku lagi."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["successor"]
        link: Any = AgreementLink._meta.get_field("earlier")  # noqa: SLF001 -- Django's documented Model._meta
        field.queryset = Agreement.objects.linkable_by(self.user)
        field.widget = KnownSelect(link, self.desk.admin_site)
        field.widget.choices = field.choices

    def clean_successor(self) -> Agreement:
        successor: Agreement = self.cleaned_data["successor"]
        keys = {row.pk for row in self.rows}
        before = AgreementLink.objects.filter(later__in=keys, earlier=successor, kind__in=TAKES_OVER)
        if successor.pk in keys:
            raise forms.ValidationError(_("Perjanjian ini termasuk yang akan digantikan. Pilih yang lain."))
        if before.exists():
            raise forms.ValidationError(
                _("Perjanjian ini justru digantikan oleh salah satu yang dipilih. Pilih yang lain.")
            )
        return successor


def _refused_if(reason: Callable[[Agreement], str]) -> Callable[[Sequence[Agreement], User], dict[int, str]]:
    """Refusals that each row says by itself; "" refuses nothing."""

    def refusals(rows: Sequence[Agreement], user: User) -> dict[int, str]:
        return {row.pk: why for row in rows if (why := reason(row))}

    return refusals


def _published(rows: Sequence[Agreement], user: User) -> dict[int, str]:
    """By the publication itself: one of an exempt text, which nobody sees, would come to light with its class."""
    shown = Publication.objects.standing().filter(agreement__in=[row.pk for row in rows])
    why = _("Sudah dipublikasikan; tarik dahulu publikasinya.")
    return dict.fromkeys(shown.values_list("agreement", flat=True), why)


def _over(agreement: Agreement) -> str:
    if agreement.signed_on is None:
        return _("Belum ditandatangani; drafnya cukup dihapus.")
    return _("Sudah dihentikan.") if agreement.terminated_on else ""


def _replaced(agreement: Agreement) -> str:
    if agreement.signed_on is None:
        return _("Belum ditandatangani; drafnya cukup dihapus.")
    return _("Sudah digantikan perjanjian lain.") if agreement.superseded_on else ""


def _not_verified(rows: Sequence[Agreement], user: User) -> dict[int, str]:
    keys = [row.pk for row in rows]
    waiting = {
        one.agreement_id: one for one in Submission.objects.waiting().filter(agreement__in=keys).select_related("file")
    }
    open_to = Submission.objects.verifiable_by(user).filter(agreement__in=keys)
    may_check = set(open_to.values_list("agreement", flat=True))
    why = {}
    for key in keys:
        submission = waiting.get(key)
        if submission is None:
            why[key] = _("Tidak ada salinan naskah yang menunggu pemeriksaan.")
        elif submission.submitted_by_id == user.pk:
            why[key] = str(OwnSubmission.sentence)
        elif submission.file.is_held:
            why[key] = _("Berkasnya masih menunggu pemindaian. Coba lagi beberapa menit lagi.")
        elif key not in may_check:
            why[key] = _("Naskah ini diperiksa oleh admin Kanwil atau Biro.")
    return why


def _newest_public_copies(rows: Sequence[Agreement]) -> dict[int, AgreementFile]:
    copies = AgreementFile.objects.filter(agreement__in=[row.pk for row in rows], kind=FileKind.PUBLIC)
    return {copy.agreement_id: copy for copy in copies.order_by("uploaded_at", "pk")}


def _not_published(rows: Sequence[Agreement], user: User) -> dict[int, str]:
    """What the action would refuse, and what nobody decides for many at once: to show again what was withdrawn."""
    keys = [row.pk for row in rows]
    verified = Submission.objects.filter(agreement__in=keys, verified_at__isnull=False)
    handed_in_by = dict(verified.values_list("agreement", "submitted_by"))
    shown = dict(Publication.objects.filter(agreement__in=keys).values_list("agreement", "withdrawn_at"))
    copies = _newest_public_copies(rows)
    why = {}
    for row in rows:
        if row.pk not in handed_in_by:
            why[row.pk] = str(IsNotVerified.sentence)
        elif handed_in_by[row.pk] == user.pk:
            why[row.pk] = str(OwnPublication.sentence)
        elif row.classification == Classification.EXEMPT:
            why[row.pk] = str(IsExempt(row.classification_reason))
        elif row.pk in shown and shown[row.pk] is None:
            why[row.pk] = _("Sudah dipublikasikan.")
        elif row.pk in shown:
            why[row.pk] = _("Publikasinya pernah ditarik; publikasikan lagi dari halamannya.")
        elif lack := _lack_of_copy(row, copies.get(row.pk)):
            why[row.pk] = lack
    return why


def _lack_of_copy(row: Agreement, copy: AgreementFile | None) -> str:
    """Of a limited one the facts alone are shown, so that it needs no copy."""
    if row.classification == Classification.LIMITED:
        return ""
    if copy is None:
        return str(PublicCopyIsMissing.sentence)
    return str(PublicCopyIsHeld.sentence) if copy.is_held else ""


def _verify(row: Agreement, *, points: list[ChecklistPoint], seen: list[int], by: User, now: datetime) -> None:
    submission = Submission.objects.filter(agreement=row, pk__in=seen).first()
    if submission is None:
        raise IsAnsweredAlready
    verify_submission(submission, ticked=points, by=by, now=now)


def _publish(row: Agreement, *, seen: list[int], by: User, now: datetime) -> None:
    copy = AgreementFile.objects.filter(agreement=row, kind=FileKind.PUBLIC, pk__in=seen).first()
    publish_agreement(row, public_file=copy, by=by, now=now)


def _supersede(rows: Sequence[Agreement], *, successor: Agreement, on: date, by: User, now: datetime) -> Refused:
    supersede([row.pk for row in rows], successor=successor, on=on, by=by, now=now)
    return []


CHANGES = [
    BulkChange(
        "verify",
        gettext_lazy("Verifikasi"),
        VerificationForm,
        _not_verified,
        each(_verify),
        page="agreement_check",
        roles=EDITS_ALL | {Role.REGIONAL_ADMIN},
        most=MOST_LOOKED_AT,
    ),
    BulkChange(
        "publish",
        gettext_lazy("Publikasikan"),
        PublicationForm,
        _not_published,
        each(_publish),
        page="agreement_publication",
        roles=EDITS_ALL,
        most=MOST_LOOKED_AT,
    ),
    BulkChange("supersede", gettext_lazy("Digantikan oleh"), SuccessorForm, _refused_if(_replaced), _supersede),
    BulkChange(
        "hand_over", gettext_lazy("Ganti unit pemilik"), OwnerForm, _refused_if(lambda row: ""), each(hand_over)
    ),
    BulkChange("classify", gettext_lazy("Ubah klasifikasi"), ClassificationForm, _published, each(classify)),
    BulkChange("tag", gettext_lazy("Tambah bidang"), TagForm, _refused_if(lambda row: ""), each(tag)),
    BulkChange("terminate", gettext_lazy("Catat penghentian"), TerminationForm, _refused_if(_over), each(terminate)),
]
