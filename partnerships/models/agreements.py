"""Agreements: what is true of them and of their term."""

from calendar import monthrange
from datetime import date
from functools import lru_cache
from math import floor
from typing import Any, Self

from django.contrib.postgres.search import SearchRank
from django.db import connection, models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from simple_history import register
from simple_history.models import HistoricalRecords

from partnerships.models import conditions
from partnerships.models.commitments import Activity, Commitment
from partnerships.models.files import AgreementFile, AgreementFileQuerySet
from partnerships.models.kinds import AgreementKind, ScopeTag
from partnerships.models.organizations import Organization
from partnerships.models.parties import AgreementParty
from partnerships.models.searching import plain_condition, query_of, terms_of
from partnerships.models.sight import within_sight
from partnerships.models.submissions import Publication, RecordState, Submission
from partnerships.models.terms import ENDING_DAYS, AgreementLevel, Classification, TermState
from toolkit.one_line import one_line
from toolkit.paging import in_their_order
from units.access import Role
from units.models import Unit

# Weighing reads the words of each row that is found.
MOST_RANKED = 500


def _told(condition: Q) -> Any:
    return models.ExpressionWrapper(condition, output_field=models.BooleanField())


def undecided_end() -> Q:
    """Nothing was decided about its present end, and no other agreement takes over from it."""
    decided = Agreement.objects.filter(
        ending_decisions__withdrawn_at=None, ending_decisions__for_until=F("effective_until")
    )
    followed = Agreement.objects.filter(links_to_later__kind__in=["extends", "renews", "succeeds"])
    # Not asked of each row anew: the database finds the few that are decided once.
    return ~Q(pk__in=decided.values("pk")) & ~Q(pk__in=followed.values("pk"))


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: Any) -> Self:
        """All for the bureau and leaders; the own tree for a Kanwil admin; the own unit for the rest."""
        return self.filter(within_sight(user, "owner_unit"))

    def editable_by(self, user: Any) -> Self:
        """A bureau admin keeps all; an agreement officer what `visible_to` reaches, of the own unit or tree."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role == Role.BUREAU_ADMIN:
            return self
        if not user.is_staff:
            return self.none()
        return self.visible_to(user)

    def decidable_by(self, user: Any) -> Self:
        """Whose term a person may decide on: who sees an agreement and does more than read; a leader only reads."""
        return self.none() if getattr(user, "role", None) == Role.LEADER else self.visible_to(user)

    def linkable_by(self, user: Any) -> Self:
        """What an agreement may be linked to: what one sees, what is published, and those of the units above."""
        path = getattr(getattr(user, "unit", None), "path", "")
        above = Unit.objects.annotate(mine=models.Value(path)).filter(mine__startswith=F("path")).values("pk")
        public = Agreement.objects.public().values("pk")
        return self.filter(within_sight(user, "owner_unit") | Q(owner_unit__in=above) | Q(pk__in=public))

    def living(self, today: date) -> Self:
        """Neither terminated nor replaced by another one so far."""
        return self.filter(conditions.living_on(today))

    def in_force_on(self, day: date) -> Self:
        return self.filter(conditions.in_force_on(day))

    def ending_within(self, days: int, today: date) -> Self:
        return self.filter(conditions.ending_within(days, today))

    def ends_to_decide(self, days: int, today: date) -> Self:
        return self.filter(conditions.end_to_decide(days, today))

    def undecided(self) -> Self:
        """Those about whose present end nothing was decided and that no other agreement takes over from."""
        return self.filter(undecided_end())

    def in_term_state(self, state: str, today: date) -> Self:
        """The rows for which `term_state(today)` says `state`."""
        return self.filter(conditions.in_term_state(state, today))

    def with_term_state(self, today: date) -> Self:
        """Annotates `term_state_code`, for counting; a row at hand knows by `term_state`."""
        cases = [
            models.When(conditions.in_term_state(state, today), then=models.Value(state.value)) for state in TermState
        ]
        return self.annotate(term_state_code=models.Case(*cases, output_field=models.CharField()))

    def with_record_state(self) -> Self:
        """Annotates `record_state_code`, which `record_state` reads."""
        submissions = Submission.objects.filter(agreement=models.OuterRef("pk"))
        return self.annotate(
            record_state_code=models.Case(
                models.When(conditions.public(), then=models.Value(RecordState.PUBLISHED.value)),
                models.When(
                    models.Exists(submissions.filter(verified_at__isnull=False)),
                    then=models.Value(RecordState.VERIFIED.value),
                ),
                models.When(models.Exists(submissions.waiting()), then=models.Value(RecordState.SUBMITTED.value)),
                models.When(models.Exists(submissions), then=models.Value(RecordState.RETURNED.value)),
                models.When(signed_on__isnull=False, then=models.Value(RecordState.SIGNED.value)),
                default=models.Value(RecordState.DRAFT.value),
                output_field=models.CharField(),
            )
        )

    def for_form(self) -> Self:
        """Annotates `version`, the newest row of the history, and `has_signed_copy`."""
        newest = Agreement.history.filter(id=models.OuterRef("pk")).order_by("-history_id").values("history_id")
        signed = AgreementFile.objects.signed().filter(agreement=models.OuterRef("pk"))
        return self.annotate(version=models.Subquery(newest[:1]), has_signed_copy=models.Exists(signed))

    def in_record_state(self, state: str) -> Self:
        return self.with_record_state().filter(record_state_code=state)

    def with_list_facts(self) -> Self:
        """For lists and sheets: owner and parties at hand, and `n_copies`; two statements whatever the number."""
        copies = (
            AgreementFile.objects.signed()
            .filter(agreement=models.OuterRef("pk"))
            .order_by()
            .values("agreement")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        rows = self.select_related("owner_unit", "agreement_type")
        return rows.annotate(n_copies=Coalesce(models.Subquery(copies), 0)).with_parties()

    def with_parties(self) -> Self:
        """In a second statement, as `listed_parties`."""
        parties = (
            AgreementParty.objects.select_related("unit", "organization")
            .only(
                "agreement",
                "position",
                "party_number",
                "unit__short_name",
                "organization__name",
                "organization__short_name",
            )
            .order_by("position", "pk")
        )
        return self.prefetch_related(models.Prefetch("parties", parties, to_attr="listed_parties"))

    def listed(self, today: date) -> "AgreementQuerySet":
        """The rows of one page (slice first) in their order, with all that a list tells of each."""
        return in_their_order(self, _listed(today).with_parties())

    def with_progress(self, today: date) -> Self:
        """Annotates `progress` (percent done of its commitments, the mean of all; None without commitments),
        `n_activities` and `is_asleep`."""
        commitments = Commitment.objects.with_percent(today).filter(agreement=models.OuterRef("pk")).order_by()
        mean = commitments.values("agreement").annotate(mean=models.Avg("percent")).values("mean")
        activities = Activity.objects.filter(agreement=models.OuterRef("pk")).order_by().values("agreement")
        return self.annotate(
            progress=models.Subquery(mean, output_field=models.FloatField()),
            n_activities=Coalesce(models.Subquery(activities.annotate(n=models.Count("pk")).values("n")), 0),
            is_asleep=_told(conditions.asleep(today)),
        )

    def with_deed_facts(self, today: date) -> Self:
        """Annotates what is counted of many: `lacks_copy`, `is_never` (implemented), `is_long_signed` (one that is both
        is asleep), `must_decide` (on an end that is near and about which nothing is decided)."""
        return self.annotate(
            lacks_copy=_told(conditions.without_copy()),
            is_never=_told(conditions.never_implemented()),
            is_long_signed=_told(conditions.long_signed(today)),
            must_decide=_told(conditions.end_to_decide(ENDING_DAYS, today) & undecided_end()),
        )

    def never_implemented(self) -> Self:
        return self.filter(conditions.never_implemented())

    def implemented(self) -> Self:
        return self.filter(conditions.implemented())

    def asleep(self, today: date) -> Self:
        return self.filter(conditions.asleep(today))

    def needing_attention(self, today: date) -> Self:
        """Ending soon without a decision, or signed while nobody has filed the text (`is_filed` says which): the
        ending first, by their end, then those still in force, then those that are over."""
        copies = AgreementFile.objects.signed().filter(agreement=models.OuterRef("pk"))
        ending = Q(pk__in=Agreement.objects.ends_to_decide(ENDING_DAYS, today).undecided().values("pk"))
        rank = models.Case(models.When(ending, then=0), models.When(effective_until__lt=today, then=2), default=1)
        rows = self.living(today).annotate(is_filed=models.Exists(copies), rank=rank)
        return rows.filter(ending | Q(signed_on__isnull=False, is_filed=False)).order_by(
            "rank", "effective_until", "pk"
        )

    def with_copy(self) -> Self:
        return self.filter(models.Exists(AgreementFile.objects.signed().filter(agreement=models.OuterRef("pk"))))

    def without_copy(self) -> Self:
        return self.filter(conditions.without_copy())

    def matching(self, text: str) -> Self:
        """By any part of the title or the number, of a party's own number, or of the name of a party or the owner."""
        units = Unit.objects.filter(Q(official_name__icontains=text) | Q(short_name__icontains=text)).values("pk")
        bodies = Organization.objects.named(text).values("pk")
        parties = AgreementParty.objects.filter(
            Q(party_number__icontains=text) | Q(unit__in=units) | Q(organization__in=bodies)
        )
        return self.filter(
            Q(title__icontains=text)
            | Q(number__icontains=text)
            | Q(owner_unit__in=units)
            | Q(pk__in=parties.values("agreement"))
        )

    def public(self) -> Self:
        """What everybody may read; of a limited one only the plain facts."""
        return self.filter(conditions.public())

    def searched(self, text: str, *, public: bool = False) -> Self:
        """By words of title, numbers, parties' names, scope and the files' text: all words, "phrases", -unwanted ones,
        beginnings. With `public` only by what the public may read, and only public rows. Blank finds everything."""
        if not text.replace("\0", " ").strip():
            return self.public() if public else self
        terms = terms_of(text)
        if not terms:
            return self.none()
        kind, rows = ("public", self._with_public_words()) if public else ("full", self)
        if connection.vendor == "postgresql":
            return rows.filter(**{f"words__{kind}_vector": query_of(terms)})
        return rows.filter(plain_condition(terms, ("words__head", f"words__{kind}_body")))

    def _with_public_words(self) -> Self:
        """Public rows whose words are those of the copy shown now. Asked for each row that the index has found: as a
        join, PostgreSQL would read all publications beside a handful of finds."""
        standing = Publication.objects.standing().filter(agreement=OuterRef("words__agreement_id"))
        is_open = Q(words__is_open=True, classification=Classification.PUBLIC) | Q(
            words__is_open=False, classification=Classification.LIMITED
        )
        return self.filter(is_open).filter(
            Exact(Coalesce("words__public_file", 0), Subquery(standing.values(copy=Coalesce("public_file", 0))[:1]))
        )

    def by_relevance(self, text: str, *, n_found: int, public: bool = False) -> Self:
        """The best first, when of the `n_found` rows not too many are to be weighed; else the newest."""
        terms = terms_of(text)
        if connection.vendor != "postgresql" or not terms or n_found > MOST_RANKED:
            return self.order_by("-pk")
        vector = F(f"words__{'public' if public else 'full'}_vector")
        return self.annotate(rank=SearchRank(vector, query_of(terms))).order_by("-rank", "-pk")


@lru_cache(maxsize=2)
def _listed(today: date) -> AgreementQuerySet:
    """Put together once a day: that takes longer than the database needs to answer for a page."""
    rows = Agreement.objects.with_record_state().with_list_facts().with_progress(today)
    return rows.prefetch_related(None)


class Agreement(models.Model):
    agreement_type = models.ForeignKey(
        AgreementKind, models.PROTECT, related_name="+", db_column="agreement_type", verbose_name=_("Jenis")
    )
    title = models.CharField(_("Tentang"), max_length=300, validators=[one_line])
    number = models.CharField(_("Nomor"), max_length=100, blank=True, validators=[one_line])
    is_foreign = models.BooleanField(_("Luar negeri"), default=False)
    level = models.CharField(_("Tingkat"), max_length=20, choices=AgreementLevel, blank=True)
    owner_unit = models.ForeignKey(Unit, models.PROTECT, related_name="agreements", verbose_name=_("Unit pemilik"))
    signed_on = models.DateField(_("Tanggal tanda tangan"), null=True, blank=True)
    signed_at_place = models.CharField(_("Tempat"), max_length=100, blank=True, validators=[one_line])
    effective_from = models.DateField(_("Mulai berlaku"), null=True, blank=True)
    effective_until = models.DateField(
        _("Berlaku sampai"), null=True, blank=True, help_text=_("Kosong berarti sampai diakhiri.")
    )
    original_until = models.DateField(_("Akhir sebelum perpanjangan pertama"), null=True, blank=True, editable=False)
    renews_itself = models.BooleanField(_("Diperpanjang otomatis"), default=False)
    terminated_on = models.DateField(_("Dihentikan pada"), null=True, blank=True)
    termination_reason = models.TextField(_("Alasan dihentikan"), blank=True)
    superseded_on = models.DateField(_("Digantikan pada"), null=True, blank=True, editable=False)
    scope = models.TextField(_("Ruang lingkup"), blank=True)
    scope_tags = models.ManyToManyField(ScopeTag, blank=True, related_name="agreements", verbose_name=_("Bidang"))
    classification = models.CharField(
        _("Klasifikasi"), max_length=20, choices=Classification, default=Classification.PUBLIC
    )
    classification_reason = models.CharField(
        _("Alasan klasifikasi"),
        max_length=300,
        blank=True,
        validators=[one_line],
        help_text=_("Wajib bila naskah terbatas atau dikecualikan, misalnya pasal yang menjadi dasarnya."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    n_copies: int  # these two by `with_list_facts`
    listed_parties: "list[AgreementParty]"
    record_state_code: str  # by `with_record_state`
    version: int | None  # these two by `for_form`
    has_signed_copy: bool
    progress: float | None  # these three by `with_progress`
    n_activities: int
    is_asleep: bool

    objects = AgreementQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("perjanjian")
        verbose_name_plural = _("perjanjian")
        indexes = [
            models.Index(fields=["owner_unit", "effective_until"], name="partnerships_agr_owner"),
            # All that says whether one is in force or ending, so that counting them reads no row.
            models.Index(
                fields=["effective_until", "effective_from", "terminated_on", "superseded_on", "agreement_type", "id"],
                name="partnerships_agr_term",
            ),
            models.Index(fields=["title", "id"], name="partnerships_agr_title"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_from=None)
                | Q(effective_until=None)
                | Q(effective_until__gte=F("effective_from")),
                name="partnerships_agreement_term_in_order",
            ),
            models.CheckConstraint(
                condition=Q(classification=Classification.PUBLIC) | ~Q(classification_reason=""),
                name="partnerships_agreement_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(terminated_on=None) | ~Q(termination_reason=""),
                name="partnerships_agreement_terminated_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def signed_copies(self) -> AgreementFileQuerySet:
        return AgreementFile.objects.signed().filter(agreement=self)

    @property
    def is_settled(self) -> bool:
        """Of `with_record_state`: whether the text is verified, so that it is amended and no longer edited."""
        return self.record_state in {RecordState.VERIFIED, RecordState.PUBLISHED}

    @property
    def record_state(self) -> RecordState:
        """Of `with_record_state`."""
        return RecordState(self.record_state_code)

    @property
    def parties_line(self) -> str:
        """`Rutan Jepara × RSUD Jepara`, of `with_list_facts`."""
        return " × ".join(str(party) for party in self.listed_parties)

    @property
    def progress_label(self) -> str:
        """`50%`, `0% · tidur`, `3 kegiatan` where nothing was promised, `—`; of `with_progress`."""
        if self.progress is not None:
            done = f"{floor(self.progress)}%"
        elif self.n_activities:
            return ngettext("%(n)d kegiatan", "%(n)d kegiatan", self.n_activities) % {"n": self.n_activities}
        else:
            done = ""
        return " · ".join(part for part in (done, gettext("tidur") if self.is_asleep else "") if part) or "—"

    def is_in_force(self, first: date, last: date) -> bool:
        """Whether the term covers every day from `first` to `last`."""
        if self.effective_from is None or self.effective_from > first:
            return False
        if any(day is not None and day <= last for day in (self.terminated_on, self.superseded_on)):
            return False
        return self.effective_until is None or self.effective_until >= last

    def shares_a_day_with(self, other: "Agreement") -> bool:
        """Whether the two terms overlap; one whose start is unknown overlaps none."""
        if self.effective_from is None or other.effective_from is None:
            return False
        return not (self.is_over_before(other.effective_from) or other.is_over_before(self.effective_from))

    def is_over_before(self, day: date) -> bool:
        if self.effective_until is not None and self.effective_until < day:
            return True
        return any(end is not None and end <= day for end in (self.terminated_on, self.superseded_on))

    def term_state(self, today: date) -> TermState:
        if self.terminated_on is not None and self.terminated_on <= today:
            return TermState.TERMINATED
        if self.superseded_on is not None and self.superseded_on <= today:
            return TermState.SUPERSEDED
        if self.effective_until is not None and self.effective_until < today:
            return TermState.ENDED
        if self.effective_from is None:
            return TermState.UNDATED
        if self.effective_from > today:
            return TermState.UPCOMING
        if self.effective_until is not None and (self.effective_until - today).days <= ENDING_DAYS:
            return TermState.ENDING
        return TermState.IN_FORCE if self.original_until is None else TermState.EXTENDED

    def term_label(self, today: date) -> str:
        """The state in words; near the end with the days that are left."""
        state = self.term_state(today)
        if state != TermState.ENDING or self.effective_until is None:
            return str(state.label)
        days = (self.effective_until - today).days
        if days == 0:
            return gettext("Berakhir hari ini")
        return ngettext("Akan berakhir %(days)d hari lagi", "Akan berakhir %(days)d hari lagi", days) % {"days": days}

    def in_force_problem(self, first: date, last: date) -> str:
        """A sentence saying why the agreement does not cover every day from `first` to `last`; empty when it does."""
        if self.is_in_force(first, last):
            return ""
        if self.terminated_on is not None and self.terminated_on <= last:
            return gettext("Perjanjian ini dihentikan pada %(day)s.") % {
                "day": date_format(self.terminated_on, "j F Y")
            }
        if self.superseded_on is not None and self.superseded_on <= last:
            day = date_format(self.superseded_on, "j F Y")
            return gettext("Perjanjian ini digantikan perjanjian lain pada %(day)s.") % {"day": day}
        if self.effective_until is not None and self.effective_until < last:
            day = date_format(self.effective_until, "j F Y")
            if self.effective_until < first:
                return gettext("Perjanjian ini sudah berakhir pada %(day)s, sebelum kegiatan dimulai.") % {"day": day}
            return gettext("Perjanjian ini berakhir pada %(day)s, sebelum kegiatan selesai.") % {"day": day}
        if self.effective_from is None:
            return gettext("Tanggal mulai berlaku perjanjian ini belum diisi.")
        day = date_format(self.effective_from, "j F Y")
        return gettext("Perjanjian ini baru berlaku mulai %(day)s, sesudah kegiatan dimulai.") % {"day": day}

    def month_problem(self, month: date) -> str:
        """As `in_force_problem`, of a month in which a day is still to be found: empty where one day of it will do."""
        first, last = month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])
        begins = self.effective_from
        if begins is not None and begins <= last and not self.is_over_before(max(begins, first)):
            return ""
        return self.in_force_problem(first, last)


# Which tags were given and taken back, and by whom.
register(Agreement.scope_tags.through)
