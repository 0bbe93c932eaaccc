"""One account for each role, and the offices' contacts."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from dashboard.management.sample.people import People
from toolkit.history import save_by
from units.access import Role
from units.models import Level, Unit, UnitContact, User

PASSWORD = "portal-humas-contoh"  # noqa: S105 -- known to everybody: the accounts exist in the demonstration only
DOMAIN = "humas.invalid"
HEAD_OF_PR = "Kasubbag Humas, RB, dan TI"


@dataclass(frozen=True)
class Account:
    key: str
    full_name: str
    position: str
    role: Role
    unit: str
    keeps_agreements: bool = False

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


ACCOUNTS = [
    Account("admin.biro", "Larasati Purnacontoh", "Kepala Bagian Humas", Role.BUREAU_ADMIN, "Biro Humas"),
    Account("staf.biro", "Bagas Rekawijaya", "Pranata Humas Ahli Muda", Role.BUREAU_STAFF, "Biro Humas"),
    Account("petugas.kerjasama", "Tiara Umpamasari", "Analis Kerja Sama", Role.BUREAU_STAFF, "Biro Humas", True),
    Account("pimpinan", "Hendra Contohnegara", "Kepala Biro", Role.LEADER, "Biro Humas"),
    Account("admin.jateng", "Wulan Karangadinata", HEAD_OF_PR, Role.REGIONAL_ADMIN, "Kanwil Jawa Tengah"),
    Account("petugas.jateng", "Galih Tiruan", "Analis Kerja Sama", Role.REGIONAL_ADMIN, "Kanwil Jawa Tengah", True),
    Account("admin.maluku", "Rizal Andaiputra", HEAD_OF_PR, Role.REGIONAL_ADMIN, "Kanwil Maluku"),
    Account("operator.jepara", "Endah Modelasih", "Pengelola Humas", Role.UNIT_OPERATOR, "Rutan Kelas IIB Jepara"),
]  # fmt: skip


def make_accounts(units: dict[str, Unit]) -> dict[str, User]:
    """By key ("staf.biro"); `units` by short name. The password is hashed once: that is slow on purpose."""
    password = make_password(PASSWORD)
    return {
        account.key: User.objects.create(
            email=account.email,
            password=password,
            full_name=account.full_name,
            position=account.position,
            role=account.role,
            unit=units[account.unit],
            keeps_agreements=account.keeps_agreements,
        )
        for account in ACCOUNTS
    }


def accounts_table() -> str:
    """What a stranger needs to sign in."""
    width = max(len(account.email) for account in ACCOUNTS)
    lines = [
        f"{account.email:<{width}}  {account.role.label} · {account.unit}"
        + (" · petugas kerja sama" if account.keeps_agreements else "")
        for account in ACCOUNTS
    ]
    return "\n".join([*lines, f"Kata sandi semua akun contoh: {PASSWORD}"])


def make_contacts(people: People, *, by: User, now: datetime) -> None:
    """A contact for PR at every office, and one for agreements at the larger ones. One address is of a domain that no
    mail server knows, as in daily life."""
    for unit in Unit.objects.exclude(level=Level.MINISTRY).order_by("path"):
        place = "".join(character if character.isalnum() else "." for character in unit.short_name.lower())
        place = ".".join(part for part in place.split(".") if part)
        save_by(
            UnitContact(
                unit=unit,
                name=people.name(),
                position="Pengelola Humas" if unit.level == Level.TECHNICAL_UNIT else HEAD_OF_PR,
                email=f"humas@{place}.invalid",
                whatsapp=f"+628110001{unit.pk % 1_000:03}",
                for_cooperation=unit.level == Level.TECHNICAL_UNIT,
            ),
            by=by,
            now=now,
        )
        if unit.level in {Level.REGIONAL_OFFICE, Level.BUREAU}:
            save_by(
                UnitContact(
                    unit=unit,
                    name=people.name(),
                    position="Pengelola Kerja Sama",
                    email=f"kerjasama@{place}.invalid",
                    for_publicity=False,
                    for_cooperation=True,
                ),
                by=by,
                now=now,
            )
