"""What changes the office tree. The past stays as it was: old names, closed units and their successors are kept."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from toolkit.history import save_by
from units.models import Unit, UnitAlias, UnitContact, UnitKind, UnitName, User, name_key


def _hold_tree() -> None:
    """One change of the tree's shape at a time: two moves at once could close a circle or leave a stale path."""
    list(Unit.objects.select_for_update().filter(parent=None).order_by("pk").values_list("pk"))


@transaction.atomic
def create_unit(
    *,
    parent: Unit | None,
    official_name: str,
    short_name: str,
    level: str,
    by: User | None,
    now: datetime,
    kind: str = UnitKind.OFFICE,
    aliases: Sequence[str] = (),
    **facts: Any,
) -> Unit:
    """The new unit at its place in the tree; `facts` are further fields of Unit."""
    _hold_tree()
    if parent is not None:
        parent = Unit.objects.get(pk=parent.pk)
    unit = Unit(
        parent=parent,
        path=f"new/{uuid.uuid4()}",
        official_name=official_name,
        short_name=short_name,
        level=level,
        kind=kind,
        **facts,
    )
    save_by(unit, by=by, now=now)
    unit.path = f"{parent.path if parent else ''}{unit.pk}/"
    Unit.objects.filter(pk=unit.pk).update(path=unit.path)
    add_aliases(unit, names=aliases)
    return unit


def edit_unit(unit: Unit, *, by: User, now: datetime) -> Unit:
    """Saves changed facts of a unit (never its names, place or validity, which have verbs of their own)."""
    save_by(unit, by=by, now=now)
    return unit


def add_aliases(unit: Unit, *, names: Sequence[str]) -> None:
    """Further spellings; one that is there already, or is the unit's own name, adds nothing."""
    own = {name_key(unit.official_name), name_key(unit.short_name)}
    keyed = {name_key(name): name.strip() for name in names}
    known = set(unit.aliases.values_list("key", flat=True)) if keyed else set()
    UnitAlias.objects.bulk_create(
        UnitAlias(unit=unit, name=name, key=key) for key, name in keyed.items() if key and key not in known | own
    )


@transaction.atomic
def set_aliases(unit: Unit, *, names: Sequence[str]) -> None:
    """Exactly these spellings remain."""
    keys = {name_key(name) for name in names}
    unit.aliases.exclude(key__in=keys).delete()
    add_aliases(unit, names=names)


# Before the republic there were none of these offices; a year far earlier is a slip, and calendars end at year 1.
OLDEST_DAY = date(1945, 8, 17)


class NameBeginsTooEarly(ValidationError):
    def __init__(self, day: date) -> None:
        super().__init__(_("Nama sebelumnya masih dipakai sampai %(day)s.") % {"day": f"{day:%d/%m/%Y}"})


class NameBeginsInFuture(ValidationError):
    def __init__(self) -> None:
        super().__init__(_("Nama baru dicatat pada hari mulai dipakai, tidak sebelumnya."))


@transaction.atomic
def rename_unit(
    unit: Unit, *, official_name: str, short_name: str, from_day: date, by: User, now: datetime, today: date
) -> Unit:
    """From `from_day` the unit bears the new name; until the day before it keeps the old one, which also stays a
    spelling that imports know. A second change on the same day only corrects the first."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if from_day > today:
        raise NameBeginsInFuture
    if from_day <= OLDEST_DAY:
        raise NameBeginsTooEarly(OLDEST_DAY)
    last_day = from_day - timedelta(days=1)
    latest = unit.names.order_by("until").last()
    if latest is not None and latest.until > last_day:
        raise NameBeginsTooEarly(latest.until)
    old_names = (unit.official_name, unit.short_name)
    if latest is None or latest.until < last_day:
        UnitName.objects.create(unit=unit, official_name=old_names[0], short_name=old_names[1], until=last_day)
    unit.official_name, unit.short_name = official_name, short_name
    save_by(unit, by=by, now=now, reason=_("Ganti nama"))
    add_aliases(unit, names=old_names)
    return unit


class UnitIsClosed(ValidationError):
    def __init__(self) -> None:
        super().__init__(_("Unit ini sudah ditutup."))


class ClosesBeforeItBegan(ValidationError):
    def __init__(self) -> None:
        super().__init__(_("Hari terakhir tidak boleh sebelum unit mulai berlaku."))


class HasOpenUnitsBelow(ValidationError):
    def __init__(self, n: int) -> None:
        super().__init__(
            ngettext(
                "Masih ada %(n)d unit di bawahnya. Tutup atau pindahkan dahulu, atau pilih unit pengganti.",
                "Masih ada %(n)d unit di bawahnya. Tutup atau pindahkan dahulu, atau pilih unit pengganti.",
                n,
            )
            % {"n": n}
        )


@transaction.atomic
def close_unit(unit: Unit, *, last_day: date, by: User, now: datetime, reason: str = "") -> Unit:
    """The unit exists until `last_day`; refused while open units stand below it."""
    _hold_tree()
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if n_below := unit.children.filter(valid_until=None).count():
        raise HasOpenUnitsBelow(n_below)
    return _close(unit, last_day=last_day, successor=None, by=by, now=now, reason=reason or _("Ditutup"))


def _close(unit: Unit, *, last_day: date, successor: Unit | None, by: User, now: datetime, reason: str) -> Unit:
    if unit.valid_until is not None:
        raise UnitIsClosed
    if unit.valid_from is not None and last_day < unit.valid_from:
        raise ClosesBeforeItBegan
    unit.valid_until, unit.successor = last_day, successor
    save_by(unit, by=by, now=now, reason=reason)
    return unit


class SuccessorIsUnfit(ValidationError):
    def __init__(self) -> None:
        super().__init__(_("Pengganti harus unit lain yang masih berlaku dan tidak berada di bawah unit ini."))


@transaction.atomic
def replace_unit(
    unit: Unit, *, successor: Unit, last_day: date, by: User, now: datetime, moves_accounts: bool = True
) -> Unit:
    """Closes the unit and hands on what lives: open units below, active contacts, places in groups and (unless told
    otherwise) accounts. Past invitations, registrations and agreements stay with the closed unit."""
    _hold_tree()
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    successor = Unit.objects.get(pk=successor.pk)
    if successor.path.startswith(unit.path) or successor.valid_until is not None:
        raise SuccessorIsUnfit
    for child in unit.children.filter(valid_until=None).order_by("pk"):
        _move(child, successor, by=by, now=now)
    known = {address.lower() for address in successor.contacts.values_list("email", flat=True)}
    for contact in unit.contacts.filter(is_active=True).order_by("pk"):
        if not contact.email or contact.email.lower() not in known:
            save_by(_copy_of(contact, unit=successor), by=by, now=now)
    for group in unit.unit_groups.all():
        group.members.add(successor)
    if moves_accounts:
        for account in unit.users.order_by("pk"):
            account.unit = successor
            save_by(account, by=by, now=now, reason=_("Pindah ke unit pengganti"))
    return _close(unit, last_day=last_day, successor=successor, by=by, now=now, reason=_("Diganti unit lain"))


def _copy_of(contact: UnitContact, *, unit: Unit) -> UnitContact:
    facts = ("name", "position", "email", "whatsapp", "for_publicity", "for_cooperation")
    return UnitContact(unit=unit, **{fact: getattr(contact, fact) for fact in facts})


@transaction.atomic
def reopen_unit(unit: Unit, *, by: User, now: datetime) -> Unit:
    """Takes back a closing: no last day and no successor; what a replacement handed on stays there."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    unit.valid_until = unit.successor = None
    save_by(unit, by=by, now=now, reason=_("Dibuka kembali"))
    return unit


class CannotStandBelowItself(ValidationError):
    def __init__(self) -> None:
        super().__init__(_("Unit tidak dapat dipindahkan ke bawah dirinya sendiri."))


@transaction.atomic
def move_unit(unit: Unit, *, parent: Unit | None, by: User, now: datetime) -> Unit:
    """Hangs the unit and all below it under another parent (None: a tree of its own)."""
    _hold_tree()
    return _move(Unit.objects.get(pk=unit.pk), parent and Unit.objects.get(pk=parent.pk), by=by, now=now)


def _move(unit: Unit, parent: Unit | None, *, by: User, now: datetime) -> Unit:
    if parent is not None and parent.path.startswith(unit.path):
        raise CannotStandBelowItself
    old, new = unit.path, f"{parent.path if parent else ''}{unit.pk}/"
    if old == new:
        return unit
    unit.parent = parent
    save_by(unit, by=by, now=now, reason=_("Dipindahkan"))
    Unit.objects.filter(path__startswith=old).update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    unit.path = new
    return unit
