"""Whom to ask until when, what a speaker said by telephone, and who is on the committee."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from toolkit.uploads import PdfFacts, UnfitFile, check_pdf
from toolkit.working_days import is_working_day, previous_working_day
from units.forms.picker import UnitChoiceField
from units.models import User
from workshops.actions.committee import DecreeFacts, MemberFacts
from workshops.actions.refusals import Refusal
from workshops.actions.speaker_invitations import Reply, refuse_unfit_question
from workshops.forms.fields import WallClockField, fields_like, moment_in, order_as_shown, wall_clock
from workshops.models import (
    CommitteeDecree,
    CommitteeMember,
    Speaker,
    SpeakerAnswer,
    SpeakerInvitation,
    Workshop,
)

REPLY_HOUR = 16


def usual_reply_deadline(workshop: Workshop, now: datetime) -> datetime | None:
    """Two weeks from now at 16.00 there, or on a working day a while before the start when that is nearer."""
    if workshop.starts_at is None:
        return None
    zone = workshop.zone
    first = workshop.starts_at.astimezone(zone).date()
    days = [now.astimezone(zone).date() + timedelta(days=14), *(first - timedelta(days=n) for n in (7, 3, 1))]
    for day in days:
        moment = datetime.combine(previous_working_day(day), time(REPLY_HOUR), tzinfo=zone)
        if now + timedelta(hours=12) < moment <= workshop.starts_at - timedelta(days=1):
            return wall_clock(moment, zone)
    return None


class SpeakersField(forms.ModelMultipleChoiceField[Speaker]):
    def label_from_instance(self, speaker: Any) -> str:
        notes = [_("tanpa surel")] if not speaker.email else []
        return " · ".join(str(part) for part in (speaker.name, speaker.position, *notes) if part)


class AskForm(forms.Form):
    speakers = SpeakersField(
        Speaker.objects.none(),
        label=_("Yang ditanya"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Pilih sedikitnya seorang.")},
    )
    reply_deadline = WallClockField(label=_("Batas jawaban"))

    def __init__(self, *args: Any, workshop: Workshop, speakers: Any, now: datetime, **kwargs: Any) -> None:
        self.workshop, self.now = workshop, now
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["speakers"]
        chosen.queryset = speakers
        zone = workshop.get_tz_display()
        self.fields["reply_deadline"].help_text = _("Menurut zona waktu tempat kegiatan: %(zone)s.") % {"zone": zone}

    def clean_reply_deadline(self) -> datetime:
        moment = moment_in(self.cleaned_data["reply_deadline"], self.workshop.zone)
        try:
            if moment is not None:
                refuse_unfit_question(self.workshop, moment, now=self.now)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal
        if moment is None:
            raise ValidationError(_("Isi tanggal dan jam."))
        return moment

    @property
    def falls_on_holiday(self) -> bool:
        return not is_working_day(self.cleaned_data["reply_deadline"].astimezone(self.workshop.zone).date())

    @property
    def seen(self) -> str:
        """A short print of what a person was shown before confirming."""
        facts = [
            sorted(speaker.pk for speaker in self.cleaned_data["speakers"]),
            str(self.cleaned_data["reply_deadline"]),
        ]
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper


class QuestionAnswerForm(forms.Form):
    """What a speaker said by another way than the link."""

    answer = forms.ChoiceField(
        choices=[(one.value, one.label) for one in (SpeakerAnswer.ACCEPTED, SpeakerAnswer.DECLINED)],
        widget=forms.RadioSelect,
        label=_("Jawaban"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(SpeakerInvitation, "note"))
        self.fields["note"].label = _("Alasan atau pesan")
        self.fields["note"].help_text = _("Misalnya: dijawab lewat telepon; wajib bila tidak bersedia.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("answer") == SpeakerAnswer.DECLINED and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", _("Tulis alasannya dengan singkat."))
        return cleaned

    @property
    def reply(self) -> Reply:
        return Reply(**self.cleaned_data)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper


class MemberForm(forms.Form):
    """One line of the committee; a line without a name and without an account is no line."""

    unit = UnitChoiceField(required=False, label=pgettext_lazy("satu", "Satuan kerja"))
    user = forms.ModelChoiceField(User.objects.none(), required=False, label=_("Akun"), empty_label=_("Tanpa akun"))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account: Any = self.fields["user"]
        account.queryset = people
        self.fields.update(fields_like(CommitteeMember, "role", "name", "position"))
        self.fields["name"].required = False
        self.fields["user"].help_text = _("Bila dipilih, nama boleh kosong.")
        self.order_fields(["role", "name", "position", "unit", "user"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_nobody = not cleaned.get("name") and not cleaned.get("user")
        if is_nobody and (cleaned.get("position") or cleaned.get("unit")) and "name" not in self.errors:
            self.add_error("name", _("Isi nama, atau pilih akunnya."))
        return cleaned

    @property
    def member(self) -> MemberFacts | None:
        cleaned = self.cleaned_data
        user = cleaned.get("user")
        name = cleaned.get("name") or (user.full_name if user else "")
        if not name:
            return None
        unit = cleaned.get("unit") or (user.unit if user else None)
        return MemberFacts(role=cleaned["role"], name=name, position=cleaned.get("position", ""), unit=unit, user=user)


class BaseMemberFormSet(forms.BaseFormSet[MemberForm]):
    def members(self) -> list[MemberFacts]:
        """In the order of the rows, those marked for removal left out."""
        rows = [row for form in self.forms if form not in self.deleted_forms and (row := form.member)]
        ranks = {role: n for n, role in enumerate(CommitteeMember.Role.values)}
        return sorted(rows, key=lambda row: ranks[row.role])

    def clean(self) -> None:
        if any(self.errors):
            return
        named = [(row.role, row.name.casefold()) for row in self.members()]
        if len(set(named)) < len(named):
            raise ValidationError(_("Orang yang sama tercantum dua kali dengan kedudukan yang sama."))


MemberFormSet: type[BaseMemberFormSet] = forms.formset_factory(  # type: ignore[assignment]
    MemberForm,
    formset=BaseMemberFormSet,
    extra=3,
    max_num=100,
    validate_max=True,
    absolute_max=120,
    can_delete=True,
    can_delete_extra=False,
)


def accounts_for(by: User, members: Sequence[CommitteeMember]) -> Any:
    """Accounts one may see, and those that are on the committee already."""
    seen = User.objects.visible_to(by).filter(is_active=True)
    kept = [member.user_id for member in members if member.user_id]
    return User.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=kept)).order_by("full_name", "pk")


def member_rows(members: Sequence[CommitteeMember]) -> list[dict[str, Any]]:
    """What the formset begins with."""
    return [
        {
            "role": member.role,
            "name": member.name,
            "position": member.position,
            "unit": member.unit_id,
            "user": member.user_id,
        }
        for member in members
    ]


class DecreeForm(forms.Form):
    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label=_("SK bertanda tangan (PDF)"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        help_text=_("Sampai 20 MB; berkas baru menggantikan yang lama."),
    )

    FACTS = ("number", "decided_on", "subject", "signatory", "signing_position")

    def __init__(self, *args: Any, decree: CommitteeDecree | None, subject: str, **kwargs: Any) -> None:
        first = {name: getattr(decree, name) for name in self.FACTS} if decree else {"subject": subject}
        kwargs["initial"] = first
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(CommitteeDecree, *self.FACTS))
        day: Any = self.fields["decided_on"]
        day.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["signatory"].help_text = _("Dicetak di bawah lampiran SK; boleh dikosongkan.")
        self.file_facts: PdfFacts | None = None
        order_as_shown(self)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is None:
            return None
        try:
            self.file_facts = check_pdf(file)
        except UnfitFile as unfit:
            raise ValidationError(str(unfit)) from unfit
        return file

    def facts(self) -> DecreeFacts:
        return DecreeFacts(**{name: self.cleaned_data[name] for name in self.FACTS})

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Row(Column("number", css_class="col-md-8"), Column("decided_on", css_class="col-md-4")),
            "subject",
            Row(Column("signing_position", css_class="col-md-6"), Column("signatory", css_class="col-md-6")),
            "file",
        )
        return helper
