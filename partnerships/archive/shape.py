"""What an archive is made of: which tables with which columns, how a value is written, and by what name a unit or an
account is known in another database."""

import base64
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.migrations.recorder import MigrationRecorder
from django.utils.duration import duration_iso_string

from units.models import Unit, User

FORMAT = 1
APP = "partnerships"
MANIFEST, README = "manifest.json", "BACA-SAYA.txt"
DATA, FILES = "data/", "files/"

Column = models.Field[Any, Any]


@dataclass(frozen=True)
class TablePart:
    """A table in the archive: one line of JSON for each row, in the order of the keys."""

    table: str
    rows: int
    size: int
    sha256: str
    fields: list[str]

    @property
    def member(self) -> str:
        return f"{DATA}{self.table}.jsonl"


@dataclass(frozen=True)
class FilePart:
    """A stored file: its name in private storage, and what its bytes are."""

    name: str
    size: int
    sha256: str

    @property
    def member(self) -> str:
        return FILES + self.name


@dataclass(frozen=True)
class Manifest:
    """`missing` are files that the rows name and the storage had lost when the archive was made."""

    format: int
    made_at: str
    schema: str
    tables: list[TablePart] = field(default_factory=list)
    files: list[FilePart] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def of_json(cls, content: bytes) -> "Manifest":
        """Raises ValueError, KeyError or TypeError for what is no manifest."""
        facts = json.loads(content)
        tables = [TablePart(**part) for part in facts.pop("tables")]
        files = [FilePart(**part) for part in facts.pop("files")]
        texts = [text for part in tables for text in (part.table, *part.fields)] + [part.name for part in files]
        if not all(isinstance(text, str) for text in texts) or any(
            type(part.size) is not int for part in tables + files
        ):
            raise TypeError
        if any(len(set(part.fields)) < len(part.fields) for part in tables):
            raise ValueError
        return cls(tables=tables, files=files, **facts)

    @property
    def parts(self) -> "list[TablePart | FilePart]":
        return [*self.tables, *self.files]

    @property
    def n_rows(self) -> int:
        return sum(part.rows for part in self.tables)


def archived_models() -> dict[str, type[models.Model]]:
    """Every table of the app by its model's name, histories and many-to-many tables too."""
    found = apps.get_app_config(APP).get_models(include_auto_created=True)
    kept = {model._meta.label_lower.partition(".")[2]: model for model in found if model._meta.managed}  # noqa: SLF001
    return dict(sorted(kept.items()))


def columns_of(model: type[models.Model]) -> dict[str, Column]:
    """Column attributes ("owner_unit_id") with their fields; what the database computes itself is left out."""
    fields = model._meta.concrete_fields  # noqa: SLF001 -- Django's documented Model._meta
    return {each.attname: each for each in fields if not each.generated}


def points_at(column: Column) -> type[models.Model] | None:
    return column.remote_field.model if isinstance(column, models.ForeignKey) else None


def current_schema() -> str:
    """The newest migration of the app that the database has."""
    return str(MigrationRecorder.Migration.objects.filter(app=APP).order_by("-name").values_list("name", flat=True)[0])


def encoded(value: Any) -> Any:
    """What JSON cannot say by itself, without losing a digit."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    raise TypeError(type(value).__name__)


class Names:
    """Units and accounts by names that also hold in another database: the official names from the root down, and the
    address a person signs in with."""

    def __init__(self) -> None:
        self.of_key: dict[type[models.Model], dict[Any, str]] = {
            Unit: unit_names(),
            User: dict(User.objects.values_list("pk", "email")),
        }
        self.key_of = {model: {name: key for key, name in names.items()} for model, names in self.of_key.items()}

    def spoken(self, target: type[models.Model] | None, key: Any) -> Any:
        """The name behind a key; the key itself where it points at nothing any more, as old history may."""
        return self.of_key[target].get(key, key) if target in self.of_key else key


def unit_names() -> dict[Any, str]:
    """`Kementerian / Kanwil / Rutan`; where two would be called the same, with their days, and last with the key."""
    units = {unit.pk: unit for unit in Unit.objects.only("path", "official_name", "valid_from", "valid_until")}
    names = {
        key: " / ".join(units[int(step)].official_name for step in unit.path.split("/") if step)
        for key, unit in units.items()
    }
    names = _told_apart(names, lambda key: f"[{units[key].valid_from or ''}…{units[key].valid_until or ''}]")
    return _told_apart(names, lambda key: f"#{key}")


def _told_apart(names: dict[Any, str], addition: Any) -> dict[Any, str]:
    n_called = Counter(names.values())
    return {key: f"{name} {addition(key)}" if n_called[name] > 1 else name for key, name in names.items()}
