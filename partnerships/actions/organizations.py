"""What changes about the register of external organisations."""

from datetime import datetime
from typing import Any

from django.core import serializers
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from partnerships.actions.texts import refresh_words_naming
from partnerships.models import Organization, OrganizationAlias, OrganizationMerge
from toolkit.history import save_by
from units.models import User


class CannotMerge(Exception):
    """The two rows cannot become one, or a merge cannot be taken back; says why."""


def pointing_at(organization: Organization) -> list[tuple[type[Model], str, list[int]]]:
    """Every row of any app that names the organisation, as (model, field, keys); histories apart."""
    found = []
    for model, field in references():
        rows: Any = model
        keys = list(rows.objects.filter(**{field: organization}).order_by("pk").values_list("pk", flat=True))
        if keys:
            found.append((model, field, keys))
    return found


def references() -> list[tuple[type[Model], str]]:
    """The fields of any app that point at an organisation, also those without a name for the way back."""
    relations: Any = Organization._meta.get_fields(include_hidden=True)  # noqa: SLF001 -- documented Model._meta
    return [
        (relation.related_model, relation.field.name)
        for relation in relations
        if relation.one_to_many and getattr(relation.field, "db_constraint", False)
    ]


@transaction.atomic
def merge_organizations(gone: Organization, *, into: Organization, by: User, now: datetime) -> OrganizationMerge:
    """Makes one row of two: what named `gone` names `into`, the names of `gone` become aliases, its row goes.

    Raises CannotMerge when both are the same row, or when both stand side by side in one agreement or workshop."""
    rows = {row.pk: row for row in Organization.objects.select_for_update().filter(pk__in=[gone.pk, into.pk])}
    if len(rows) < 2:
        raise CannotMerge(_("Pilih dua instansi yang berbeda dan masih ada."))
    gone, into = rows[gone.pk], rows[into.pk]
    both = set(gone.parties.values_list("agreement", flat=True)) & set(into.parties.values_list("agreement", flat=True))
    if both:
        raise CannotMerge(
            _("Keduanya menjadi pihak dalam perjanjian yang sama, jadi keduanya bukan instansi yang sama.")
        )
    known = {alias.name for alias in into.aliases.all()} | {into.name, into.short_name}
    moved: list[dict[str, Any]] = []
    model: Any
    for model, field, keys in pointing_at(gone):
        if model is OrganizationAlias:
            continue
        moved.append({"model": model._meta.label_lower, "field": field, "keys": keys})  # noqa: SLF001
        _point(model, field, keys, at=into, by=by, now=now)
    data = serializers.serialize("python", [gone, *gone.aliases.order_by("pk")])
    names = [gone.name, gone.short_name, *(alias.name for alias in gone.aliases.all())]
    merge = OrganizationMerge.objects.create(
        kept=into,
        gone={"name": gone.name, "rows": _plain(data), "new_aliases": []},
        moved=moved,
        merged_at=now,
        merged_by=by,
    )
    vars(gone).update(_history_user=by, _history_date=now)
    gone.delete()
    added = []
    for name in dict.fromkeys(names):
        if name and name not in known:
            alias = OrganizationAlias(organization=into, name=name)
            save_by(alias, by=by, now=now)
            added.append(alias.pk)
    merge.gone["new_aliases"] = added
    merge.save(update_fields=["gone"])
    refresh_words_naming(into, now=now)
    return merge


def _point(model: Any, field: str, keys: list[int], *, at: Organization, by: User, now: datetime) -> None:
    try:
        with transaction.atomic():
            for row in model.objects.filter(pk__in=keys).order_by("pk"):
                setattr(row, field, at)
                save_by(row, by=by, now=now)
    except IntegrityError as clash:
        noun = model._meta.verbose_name_plural  # noqa: SLF001 -- Django's documented Model._meta
        raise CannotMerge(
            _("Keduanya tercatat berdampingan pada %(noun)s. Hapus dahulu salah satunya di sana.") % {"noun": noun}
        ) from clash


def _plain(rows: Any) -> list[dict[str, Any]]:
    return [{"model": row["model"], "pk": row["pk"], "fields": dict(row["fields"])} for row in rows]


@transaction.atomic
def undo_merge(merge: OrganizationMerge, *, by: User, now: datetime) -> Organization:
    """Brings the row back under its old key; the rows that named it and still name the kept one name it again.

    Raises CannotMerge when it was taken back already or when its name has been given to another row."""
    merge = OrganizationMerge.objects.select_for_update().select_related("kept").get(pk=merge.pk)
    if merge.undone_at is not None:
        raise CannotMerge(_("Penggabungan ini sudah dibatalkan."))
    if Organization.objects.filter(name=merge.gone["name"]).exists():
        raise CannotMerge(
            _("Nama %(name)s sudah dipakai instansi lain, jadi penggabungan tidak dapat dibatalkan.")
            % {"name": merge.gone["name"]}
        )
    for alias in OrganizationAlias.objects.filter(pk__in=merge.gone["new_aliases"], organization=merge.kept):
        vars(alias).update(_history_user=by, _history_date=now)
        alias.delete()
    for restored in serializers.deserialize("python", merge.gone["rows"]):
        save_by(restored.object, by=by, now=now)
    back = Organization.objects.get(pk=merge.gone["rows"][0]["pk"])
    models = {(model._meta.label_lower, field): model for model, field in references()}  # noqa: SLF001
    for entry in merge.moved:
        model: Any = models[entry["model"], entry["field"]]
        still = model.objects.filter(pk__in=entry["keys"], **{entry["field"]: merge.kept})
        _point(model, entry["field"], list(still.values_list("pk", flat=True)), at=back, by=by, now=now)
    merge.undone_at, merge.undone_by = now, by
    merge.save(update_fields=["undone_at", "undone_by"])
    for organization in (back, merge.kept):
        refresh_words_naming(organization, now=now)
    return back
