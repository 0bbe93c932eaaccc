"""What an officer may type about an agreement itself."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.doubts import Doubt
from partnerships.models import Agreement, AgreementKind, Classification, Publication, ScopeTag
from toolkit.local_times import moment_short
from toolkit.one_line import one_line


class AgreementForm(forms.ModelForm[Agreement]):
    until_ended = forms.BooleanField(
        label=_("Berlaku sampai diakhiri"),
        required=False,
        help_text=_("Centang bila naskah tidak menyebut tanggal akhir."),
    )
    tags = forms.ModelMultipleChoiceField(
        ScopeTag.objects.none(), required=False, label=_("Bidang"), widget=forms.CheckboxSelectMultiple
    )
    # The history row that stood when the form was opened.
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    is_correction = False
    held: Sequence[Doubt] = ()
    correction_reason = forms.CharField(
        label=_("Alasan koreksi"),
        max_length=100,
        validators=[one_line],
        help_text=_("Tersimpan dalam riwayat di samping apa yang dibetulkan."),
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )

    class Meta:
        model = Agreement
        fields = [
            "agreement_type",
            "title",
            "number",
            "is_foreign",
            "level",
            "owner_unit",
            "signed_on",
            "signed_at_place",
            "effective_from",
            "effective_until",
            "renews_itself",
            "scope",
            "classification",
            "classification_reason",
        ]
        widgets = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "scope": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 5}),
        }
        help_texts = {
            "number": _("Nomor yang dipakai unit pemilik. Nomor pihak lain diisi pada daftar pihak."),
            "owner_unit": _("Ketik nama satuan kerja, lalu pilih."),
            "signed_on": _("Wajib bila salinan naskah bertanda tangan disimpan."),
            "effective_from": _("Kosong selama naskah masih dibahas."),
            "effective_until": "",
            "level": _("Pihak kita yang membuat perjanjian; kosong berarti menurut unit pemilik."),
        }

    overtaken_since: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agreement = self.instance
        if not self.is_correction:
            self.fields.pop("correction_reason", None)
        if "agreement_type" in self.fields:
            kinds: Any = self.fields["agreement_type"]
            kinds.queryset = AgreementKind.objects.filter(
                Q(is_active=True) | Q(pk=agreement.agreement_type_id)
            ).order_by("position", "name")
        self._offer_tags()
        if agreement.pk:
            self.initial["version"] = agreement.version or 0
        if agreement.pk and "until_ended" in self.fields:
            self.initial["until_ended"] = agreement.effective_from is not None and agreement.effective_until is None

    def _offer_tags(self) -> None:
        """Those in use and those chosen before, asked once."""
        chosen = Agreement.scope_tags.through.objects.filter(
            agreement_id=self.instance.pk or 0, scopetag_id=OuterRef("pk")
        )
        rows = ScopeTag.objects.annotate(is_chosen=Exists(chosen))
        tags: Any = self.fields["tags"]
        tags.queryset = rows.filter(Q(is_active=True) | Q(is_chosen=True)).order_by("name")
        offered = list(tags.queryset)
        tags.choices = [(tag.pk, tag.name) for tag in offered]
        self.initial["tags"] = [tag.pk for tag in offered if tag.is_chosen]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._check_term(cleaned)
        closed = cleaned.get("classification") not in {None, "", Classification.PUBLIC}
        if "classification" in self.changed_data and cleaned.get("classification") != Classification.LIMITED:
            self._check_publication()
        if closed and not cleaned.get("classification_reason") and "classification_reason" not in self.errors:
            self.add_error("classification_reason", _("Tulis alasan mengapa naskah ini tidak terbuka untuk publik."))
        for doubt in self.held:
            if not doubt.position:
                self.add_error(doubt.field if doubt.field in self.fields else None, doubt.sentence)
        self._check_version(cleaned.get("version"))
        return cleaned

    def _check_publication(self) -> None:
        """What everybody may read is taken back before it is exempt, with the reason that its readers see; and before
        more of it is opened, which a second person decides by publishing it."""
        if self.instance.pk and Publication.objects.standing().filter(agreement=self.instance.pk).exists():
            self.add_error("classification", _("Sudah dipublikasikan; tarik dahulu publikasinya."))

    def _check_version(self, opened: int | None) -> None:
        """Somebody saved while the form was open: the person reads what, and may save on top of it."""
        if opened is None or not self.instance.version or opened == self.instance.version:
            return
        self.overtaken_since = opened
        row = Agreement.history.select_related("history_user").get(history_id=self.instance.version)
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("version")] = str(self.instance.version)
        self.add_error(
            None,
            _(
                "%(name)s menyimpan perubahan pada %(moment)s, sesudah formulir ini Anda buka. Isian Anda belum "
                "disimpan. Bandingkan dahulu, lalu simpan lagi bila isian Anda yang dipakai."
            )
            % {
                "name": row.history_user or _("Sistem"),
                "moment": moment_short(row.history_date, timezone.get_current_timezone()),
            },
        )

    def _check_term(self, cleaned: dict[str, Any]) -> None:
        first, last = cleaned.get("effective_from"), cleaned.get("effective_until")
        if first and last and last < first:
            self.add_error("effective_until", _("Tanggal akhir tidak boleh sebelum tanggal mulai berlaku."))
        if last and not first and "effective_from" not in self.errors:
            self.add_error("effective_from", _("Isi tanggal mulai berlaku, karena tanggal akhirnya sudah diisi."))
        if "effective_until" in self.fields and "effective_until" not in self.errors:
            endless = cleaned.get("until_ended")
            if endless and last:
                self.add_error("until_ended", _("Kosongkan tanggal akhir, atau hapus centang ini."))
            if first and not last and not endless:
                self.add_error("effective_until", _("Isi tanggal akhir, atau centang berlaku sampai diakhiri."))
