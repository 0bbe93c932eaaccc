"""The first office tree, from the files in data/: head offices, Kanwil, a sample of UPT and their groups."""

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from units.actions.groups import save_group
from units.actions.offices import add_aliases, create_unit
from units.matching import UnitMatcher
from units.models import Level, Unit, UnitGroup, UnitKind


@transaction.atomic
def load_offices(folder: Path, *, now: datetime) -> int:
    """Makes the units that are missing and returns how many. A unit that is there under any of its spellings is left
    as people have made it, so loading again changes nothing."""
    matcher = UnitMatcher()
    n_before = len(matcher)
    heads = _load_heads(folder, matcher, now)
    root = next(iter(heads.values()))
    kanwil = _load_kanwil(folder, matcher, root, now)
    _load_technical_units(folder, matcher, heads, kanwil, now)
    return len(matcher) - n_before


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _load_heads(folder: Path, matcher: UnitMatcher, now: datetime) -> dict[str, Unit]:
    """By code; the first row is the root."""
    heads: dict[str, Unit] = {}
    for row in _rows(folder / "head_offices.csv"):
        unit = matcher.one(row["official_name"])
        if unit is None:
            unit = create_unit(
                parent=heads.get(row["parent"]),
                official_name=row["official_name"],
                short_name=row["short_name"],
                level=row["level"],
                province=row["province"],
                city=row["city"],
                tz=row["tz"],
                letter_prefix=row["letter_prefix"],
                letterhead=row["letterhead"].replace(";", "\n"),
                address=row["address"],
                email=row["email"],
                aliases=[alias for alias in row["aliases"].split(";") if alias],
                by=None,
                now=now,
            )
            matcher.add(unit)
        heads[row["code"]] = unit
    return heads


def _load_kanwil(folder: Path, matcher: UnitMatcher, root: Unit, now: datetime) -> dict[str, Unit]:
    """By the name in the file ("Jawa Tengah")."""
    aliases: dict[str, list[str]] = {}
    for row in _rows(folder / "kanwil_aliases.csv"):
        aliases.setdefault(row["kanwil"], []).append(row["alias"])
    kanwil: dict[str, Unit] = {}
    for row in _rows(folder / "kanwil.csv"):
        name = row["name"]
        unit = matcher.one(f"Kanwil {name}")
        if unit is None:
            unit = create_unit(
                parent=root,
                official_name=f"Kantor Wilayah {name}",
                short_name=f"Kanwil {name}",
                level=Level.REGIONAL_OFFICE,
                province=row["province"].split(";")[0],
                city=row["city"],
                tz=row["tz"],
                iso_codes=row["iso"],
                kemendagri_codes=row["kemendagri"],
                letter_prefix=row["letter"],
                letterhead="\n".join([*root.letterhead.splitlines(), f"Kantor Wilayah {name}"]),
                tile_row=int(row["row"]),
                tile_col=int(row["col"]),
                aliases=aliases.get(name, []),
                by=None,
                now=now,
            )
            matcher.add(unit)
        kanwil[name] = unit
    return kanwil


def _load_technical_units(
    folder: Path, matcher: UnitMatcher, heads: dict[str, Unit], kanwil: dict[str, Unit], now: datetime
) -> None:
    groups: dict[tuple[str, str], list[Unit]] = {}
    for row in _rows(folder / "upt_sample.csv"):
        region = kanwil[row["kanwil"]]
        unit = matcher.one(row["name"])
        if unit is None:
            unit = create_unit(
                parent=heads[row["parent_if_not_kanwil"]] if row["parent_if_not_kanwil"] else region,
                official_name=row["name"],
                short_name=row["name"],
                level=Level.TECHNICAL_UNIT,
                kind=UnitKind(row["kind"]),
                unit_class=class_in(row["name"]),
                province=row["site_province_if_other"] or region.province,
                city=place_in(row["name"]),
                tz=region.tz,
                by=None,
                now=now,
            )
            add_aliases(unit, names=[spoken_name(row["name"])])
            matcher.add(unit)
        if row["unit_group"]:
            groups.setdefault((row["kanwil"], row["unit_group"]), []).append(unit)
    for (region_name, group_name), members in groups.items():
        if not UnitGroup.objects.filter(owner=kanwil[region_name], name=group_name).exists():
            save_group(UnitGroup(owner=kanwil[region_name], name=group_name), members=members, by=None, now=now)


CLASS = re.compile(r"Kelas (I{1,3}[AB]?(?: Khusus)?(?: (?:Non )?TPI)?)\b")


def class_in(name: str) -> str:
    """`I Non TPI` of "Kantor Imigrasi Kelas I Non TPI Pati"; empty where the name tells none."""
    found = CLASS.search(name)
    return found.group(1) if found else ""


def spoken_name(name: str) -> str:
    """As people say it, without the class: "Rutan Jepara"."""
    return " ".join(CLASS.sub("", name).split())


def place_in(name: str) -> str:
    """The place a UPT is named after: "Jepara"; empty where the name has no class before it."""
    found = CLASS.search(name)
    return name[found.end() :].strip() if found else ""
