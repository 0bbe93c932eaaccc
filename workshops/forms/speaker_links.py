"""What a speaker may type and hand in behind the link of the letter. Each part stands alone: what is fit is kept, what
is not gets its sentence, and nothing else is lost by it."""

from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from toolkit.presentations import check_presentation
from toolkit.uploads import UnfitFile
from workshops.actions.speaker_invitations import HandedIn, HandedPresentation, Profile, Reply, Span
from workshops.forms.fields import WallClockField, fields_like, moment_in, order_as_shown, wall_clock
from workshops.forms.speakers import PhotoField
from workshops.letters.offers import Offer
from workshops.models import Session, Speaker, SpeakerAnswer, SpeakerInvitation, SpeakerUnavailability

REPLY = ["answer", "note", "proposed_session", "proposed_starts_at", "proposed_time"]
PROFILE = ["printed_title", "biography"]
CHOICES = [
    (SpeakerAnswer.ACCEPTED, _("Saya bersedia")),
    (SpeakerAnswer.PROPOSED, _("Saya bersedia pada waktu lain")),
    (SpeakerAnswer.DECLINED, _("Saya tidak bersedia")),
]


class PresentationField(forms.FileField):
    """A presentation; its cleaned value is the file with what was found out about it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.FileInput(attrs={"accept": ".pdf,.pptx,.odp"}),
            allow_empty_file=True,
            **options,
        )

    def clean(self, data: Any, initial: Any = None) -> HandedPresentation | None:
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return HandedPresentation(file, file.name, check_presentation(file, file.name))
        except UnfitFile as unfit:
            raise ValidationError(str(unfit)) from unfit


class SpeakerAnswerForm(forms.Form):
    answer = forms.ChoiceField(
        choices=CHOICES, required=False, widget=forms.RadioSelect, label=_("Apakah Anda bersedia?")
    )
    proposed_session = forms.ModelChoiceField(
        Session.objects.none(), required=False, label=_("Sesi yang perlu pindah"), empty_label=None
    )
    proposed_starts_at = WallClockField(required=False, label=_("Mulai pada"))
    photo = PhotoField(
        label=_("Foto"), help_text=_("JPG, PNG, atau WebP sampai 5 MB; disimpan kecil dan tanpa data lokasi.")
    )
    presentation = PresentationField(
        label=_("Bahan paparan"), help_text=_("PDF, PPTX, atau ODP sampai 20 MB, tanpa makro. Dapat dikirim lagi.")
    )

    def __init__(self, *args: Any, offer: Offer, invitation: SpeakerInvitation, **kwargs: Any) -> None:
        self.offer, self.invitation = offer, invitation
        kwargs["initial"] = self._first_values() | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(SpeakerInvitation, "note", "proposed_time", "printed_title"))
        self.fields.update(fields_like(Speaker, "biography"))
        sessions: Any = self.fields["proposed_session"]
        sessions.queryset = Session.objects.filter(
            pk__in=[role.session_id for role in offer.roles], workshop=invitation.workshop
        ).order_by("starts_at", "pk")
        if len({role.session_id for role in offer.roles}) < 2:
            sessions.widget = forms.HiddenInput()
        self.fields["note"].label = _("Alasan atau pesan")
        self.fields["note"].help_text = _("Wajib bila Anda tidak bersedia.")
        self.fields["proposed_starts_at"].help_text = _("Menurut zona waktu Anda: %(zone)s.") % {
            "zone": zone_name(offer.zone)
        }
        self.fields["proposed_time"].label = _("Keterangan usulan")
        self.fields["proposed_time"].help_text = _("Misalnya: sesudah pukul 13.00, atau hari kedua.")
        self.fields["printed_title"].help_text = _("Gelar dan jabatan seperti yang ingin Anda lihat pada rundown.")
        self.fields["biography"].help_text = _("Sampai 1.000 huruf, untuk pembawa acara.")
        self.fields["biography"].widget.attrs["rows"] = 5
        order_as_shown(self)

    def _first_values(self) -> dict[str, Any]:
        invitation, zone = self.invitation, self.offer.zone
        roles = self.offer.roles
        return {
            "answer": "" if invitation.answer == SpeakerAnswer.WAITING else invitation.answer,
            "note": invitation.note,
            "proposed_session": invitation.proposed_session_id or (roles[0].session_id if roles else None),
            "proposed_starts_at": wall_clock(invitation.proposed_starts_at, zone),
            "proposed_time": invitation.proposed_time,
            "printed_title": invitation.printed_title,
            "biography": invitation.speaker.biography,
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        answer = cleaned.get("answer")
        if answer == SpeakerAnswer.DECLINED and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", _("Tulis alasannya dengan singkat, agar kami dapat mencari pengganti yang tepat."))
        lacks_time = not cleaned.get("proposed_starts_at") and "proposed_starts_at" not in self.errors
        if answer == SpeakerAnswer.PROPOSED and lacks_time:
            self.add_error("proposed_starts_at", _("Isi tanggal dan jam yang Anda usulkan."))
        return cleaned

    def _is_fit(self, *names: str) -> bool:
        return not set(names) & set(self.errors)

    def _has_profile(self) -> bool:
        """A form that was cut short on its way empties nothing."""
        return self._is_fit(*PROFILE) and all(name in self.data for name in PROFILE)

    def parts(self, spans: "BaseSpanFormSet") -> HandedIn:
        """Every part that is fit; call it after both were validated."""
        cleaned = self.cleaned_data
        return HandedIn(
            reply=self._reply() if self._is_fit(*REPLY) and cleaned.get("answer") else None,
            profile=Profile(**{name: cleaned[name] for name in PROFILE}) if self._has_profile() else None,
            photo=cleaned.get("photo"),
            presentation=cleaned.get("presentation"),
            spans=spans.spans() if spans.is_valid() else None,
        )

    def _reply(self) -> Reply:
        cleaned = self.cleaned_data
        if cleaned["answer"] != SpeakerAnswer.PROPOSED:
            return Reply(answer=cleaned["answer"], note=cleaned["note"])
        return Reply(
            answer=cleaned["answer"],
            note=cleaned["note"],
            session=cleaned["proposed_session"],
            starts_at=moment_in(cleaned["proposed_starts_at"], self.offer.zone),
            proposed_time=cleaned["proposed_time"],
        )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*self.answer_part, *self.profile_part)
        return helper

    answer_part = (
        "answer",
        "note",
        "proposed_session",
        Row(Column("proposed_starts_at", css_class="col-md-6"), Column("proposed_time", css_class="col-md-6")),
    )
    profile_part = ("printed_title", "biography", "photo", "presentation")

    @property
    def answer_helper(self) -> FormHelper:
        return self._part(self.answer_part)

    @property
    def profile_helper(self) -> FormHelper:
        return self._part(self.profile_part)

    def _part(self, names: Any) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*names)
        return helper


ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def zone_name(zone: ZoneInfo) -> str:
    return ZONE_NAMES.get(zone.key, zone.key)


class SpanForm(forms.Form):
    """One span in which the speaker cannot come; an empty line is no span."""

    starts_at = WallClockField(required=False, label=_("Dari"))
    ends_at = WallClockField(required=False, label=_("Sampai"))

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        self.zone = zone
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(SpeakerUnavailability, "note"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_at"), cleaned.get("ends_at")
        if self.errors or not (first or last or cleaned.get("note")):
            return cleaned
        for name, value in (("starts_at", first), ("ends_at", last)):
            if not value:
                self.add_error(name, _("Isi tanggal dan jam."))
        if first and last and last <= first:
            self.add_error("ends_at", _("Waktu akhir harus sesudah waktu mulai."))
        return cleaned

    @property
    def span(self) -> Span | None:
        cleaned = self.cleaned_data
        first, last = moment_in(cleaned.get("starts_at"), self.zone), moment_in(cleaned.get("ends_at"), self.zone)
        return Span(first, last, cleaned.get("note", "")) if first and last else None


class BaseSpanFormSet(forms.BaseFormSet[SpanForm]):
    def spans(self) -> list[Span]:
        return [span for form in self.forms if form not in self.deleted_forms and (span := form.span)]


SpanFormSet: type[BaseSpanFormSet] = forms.formset_factory(  # type: ignore[assignment]
    SpanForm,
    formset=BaseSpanFormSet,
    extra=2,
    max_num=20,
    validate_max=True,
    absolute_max=30,
    can_delete=True,
    can_delete_extra=False,
)


def span_rows(spans: Any, zone: ZoneInfo) -> list[dict[str, Any]]:
    """What the formset begins with."""
    return [
        {
            "starts_at": wall_clock(span.starts_at, zone),
            "ends_at": wall_clock(span.ends_at, zone),
            "note": span.note,
        }
        for span in spans
    ]
