"""Export of everything, wipe, restore: nothing is lost; and archives that are damaged, cut off or made up."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction

from partnerships.actions.texts import refresh_all_words
from partnerships.archive import (
    ArchiveIsUnfit,
    RegistryIsInUse,
    RestoreIsRefused,
    restore_archive,
    verify_archive,
    write_archive,
)
from partnerships.archive.reading import is_plain
from partnerships.archive.shape import MANIFEST, archived_models, unit_names
from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementText,
    MonitoredUnit,
    MonitoringRound,
    Organization,
    ScopeTag,
    Submission,
)
from tests.factories import Bureau, Kanwil, make_agreement, make_unit
from tests.partnerships.archives import bytes_of_registry, fill_registry, rewritten, rows_of_registry, wipe_registry
from tests.partnerships.scene import NOW, build_scene
from tests.partnerships.submission_rows import make_verified
from units.models import Level, Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(tmp_path: Path, settings: Any) -> tuple[Bureau, Kanwil, Kanwil]:
    """With a storage of the own, so that what a test loses is its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    bureau, jawa, bali = build_scene()
    fill_registry(bureau, jawa, NOW)
    refresh_all_words(now=NOW)
    return bureau, jawa, bali


@pytest.fixture
def archive(scene: tuple[Bureau, Kanwil, Kanwil], tmp_path: Path) -> Path:
    path = tmp_path / "arsip.zip"
    write_archive(path, now=NOW)
    return path


def test_the_core_tables_have_rows_here(scene: object) -> None:
    """Else the tests below prove nothing about them."""
    filled = {name for name, rows in rows_of_registry().items() if rows}
    assert filled >= {
        *("agreement", "agreement_scope_tags", "agreementfile", "agreementkind", "agreementlink", "agreementparty"),
        *("focalpoint", "fundingterm", "historicalagreement", "historicalagreementparty", "organization"),
        *("publication", "regulationreference", "scopetag", "submission", "termextension"),
    }


def test_export_wipe_restore_gives_the_same_rows_and_bytes(scene: tuple[Bureau, Kanwil, Kanwil], archive: Path) -> None:
    bureau, jawa, _bali = scene
    jawa.workshop.agreement = jawa.agreement
    jawa.workshop.save()
    rows, files = rows_of_registry(), bytes_of_registry()
    assert len(files) >= 3
    with transaction.atomic():
        wipe_registry()
        assert not any(rows_of_registry().values())

        done = restore_archive(archive)

    assert rows_of_registry() == rows
    assert bytes_of_registry() == files
    assert done.manifest.n_rows == sum(len(each) for each in rows.values())
    jawa.workshop.refresh_from_db()
    assert jawa.workshop.agreement == jawa.agreement
    # New rows begin after the restored ones.
    assert make_agreement(bureau.unit, title="Baru", number="B-1").pk > max(
        Agreement.objects.exclude(title="Baru").values_list("pk", flat=True)
    )
    assert ScopeTag.objects.create(name="Baru").pk


def test_a_registry_in_use_is_left_alone_unless_replacing_is_asked_for(
    scene: tuple[Bureau, Kanwil, Kanwil], archive: Path
) -> None:
    bureau, jawa, _bali = scene
    jawa.workshop.agreement = jawa.agreement
    jawa.workshop.save()
    rows = rows_of_registry()
    make_agreement(bureau.unit, title="Sesudah arsip", number="S-1")
    with pytest.raises(RegistryIsInUse):
        restore_archive(archive)
    assert Agreement.objects.filter(title="Sesudah arsip").exists()

    restore_archive(archive, replaces=True)

    assert rows_of_registry() == rows


def test_replacing_is_refused_while_another_app_needs_a_row_outside_the_archive(
    scene: tuple[Bureau, Kanwil, Kanwil], archive: Path
) -> None:
    bureau, jawa, _bali = scene
    later = make_agreement(bureau.unit, title="Sesudah arsip", number="S-1")
    jawa.workshop.agreement = later
    jawa.workshop.save()
    rows = rows_of_registry()
    with pytest.raises(RestoreIsRefused, match="di luar arsip"):
        restore_archive(archive, replaces=True)
    assert rows_of_registry() == rows


def test_keys_of_units_and_accounts_are_found_by_their_names(
    scene: tuple[Bureau, Kanwil, Kanwil], archive: Path
) -> None:
    """In another database the same office has another key."""
    _bureau, jawa, _bali = scene
    twin = make_unit(jawa.unit.official_name, parent=jawa.unit.parent, level=Level.REGIONAL_OFFICE)
    Unit.objects.filter(pk=jawa.unit.pk).update(official_name="Kanwil yang lain")
    with transaction.atomic():
        wipe_registry()
        restore_archive(archive)
    assert Agreement.objects.get(pk=jawa.agreement.pk).owner_unit == twin
    assert Agreement.history.filter(id=jawa.agreement.pk).first().owner_unit_id == twin.pk  # type: ignore[union-attr]


def test_unknown_units_and_accounts_are_named_and_an_account_may_stand_in(
    scene: tuple[Bureau, Kanwil, Kanwil], archive: Path
) -> None:
    bureau, jawa, _bali = scene
    Unit.objects.filter(pk=jawa.unit.pk).update(official_name="Kanwil yang lain")
    User.objects.filter(pk=jawa.admin.pk).update(email="lain@humas.test")
    with transaction.atomic():
        wipe_registry()
    with pytest.raises(RestoreIsRefused) as refusal:
        restore_archive(archive)
    assert jawa.unit.official_name in str(refusal.value)
    assert jawa.admin.email in str(refusal.value)
    assert not Agreement.objects.exists()
    assert default_storage.listdir("agreements")[1] == []

    Unit.objects.filter(pk=jawa.unit.pk).update(official_name=jawa.unit.official_name)
    restore_archive(archive, stand_ins=[bureau.admin])
    assert AgreementFile.objects.get(pk=jawa.agreement_file.pk).uploaded_by == bureau.admin


def test_everybody_unknown_is_named_also_where_a_row_must_name_two_of_them(
    scene: tuple[Bureau, Kanwil, Kanwil], tmp_path: Path
) -> None:
    """A portal without the offices: what the database says of two unknown ones in one place helps nobody."""
    bureau, jawa, bali = scene
    verified = make_verified(jawa, title="Berdua")
    around = MonitoringRound.objects.create(
        title="Semester", period_from=NOW, period_until=NOW, due_on=NOW, opened_at=NOW, opened_by=bureau.admin
    )
    for unit in (jawa.unit, bali.unit):
        MonitoredUnit.objects.create(round=around, unit=unit, region=unit)
    path = tmp_path / "asing.zip"
    write_archive(path, now=NOW)
    names = [jawa.unit.official_name, bali.unit.official_name]
    for number, unit in enumerate((jawa.unit, bali.unit)):
        Unit.objects.filter(pk=unit.pk).update(official_name=f"Kanwil yang lain {number}")
    for number, person in enumerate((verified.submitted_by_id, verified.verified_by_id)):
        User.objects.filter(pk=person).update(email=f"lain{number}@humas.test")
    with transaction.atomic():
        wipe_registry()
    with pytest.raises(RestoreIsRefused) as refusal:
        restore_archive(path)
    assert all(name in str(refusal.value) for name in names)


def test_where_two_people_have_left_two_stand_in_for_them(scene: tuple[Bureau, Kanwil, Kanwil], tmp_path: Path) -> None:
    """Who handed a copy in and who verified it stay two, also where one of the two stands for another already."""
    bureau, jawa, bali = scene
    verified = make_verified(jawa, title="Berdua")
    path = tmp_path / "berdua.zip"
    write_archive(path, now=NOW)
    people = {verified.submitted_by_id, verified.verified_by_id}
    assert len(people) == 2
    for number, person in enumerate(sorted(people)):
        User.objects.filter(pk=person).update(email=f"lain{number}@humas.test")
    with transaction.atomic():
        wipe_registry()
    with pytest.raises(RestoreIsRefused, match="dua pengganti"):
        restore_archive(path, stand_ins=[bureau.admin])
    assert not Agreement.objects.exists()
    restore_archive(path, stand_ins=[bureau.admin, bali.admin])
    again = Submission.objects.get(pk=verified.pk)
    assert {again.submitted_by, again.verified_by} == {bureau.admin, bali.admin}


def test_units_of_the_same_name_are_told_apart(db: None) -> None:
    ministry = make_unit("Kementerian", level=Level.MINISTRY)
    first, second = (make_unit("Rutan Contoh", parent=ministry) for _ in range(2))
    names = unit_names()
    assert names[ministry.pk] == "Kementerian"
    assert len(set(names.values())) == 3
    assert names[first.pk].startswith("Kementerian / Rutan Contoh")
    assert names[second.pk] != names[first.pk]


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("part", ["data/agreement.jsonl", "data/historicalagreement.jsonl", "files/"])
def test_a_part_that_was_changed_is_named_and_nothing_is_restored(archive: Path, tmp_path: Path, part: str) -> None:
    hit = next(name for name in zipfile.ZipFile(archive).namelist() if name.startswith(part))
    bad = rewritten(
        archive, tmp_path / "rusak.zip", lambda name, content: [(name, flipped(content) if name == hit else content)]
    )
    wipe_registry()
    with pytest.raises(ArchiveIsUnfit, match=hit.replace("/", ".")):
        restore_archive(bad)
    assert not Agreement.objects.exists()
    assert not default_storage.exists(hit.removeprefix("files/")) or not hit.startswith("files/")
    verify_archive(archive)  # the control: the untouched one is fit


def test_a_byte_that_fell_over_on_the_disk_is_found(archive: Path, tmp_path: Path) -> None:
    content = bytearray(archive.read_bytes())
    at = content.index(bytes(range(100, 160)))
    content[at] ^= 1
    bad = tmp_path / "rusak.zip"
    bad.write_bytes(content)
    with pytest.raises(ArchiveIsUnfit, match="files/agreements/"):
        verify_archive(bad)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.95, 0.999])
def test_an_archive_that_was_cut_off_is_refused(archive: Path, tmp_path: Path, share: float) -> None:
    content = archive.read_bytes()
    half = tmp_path / "separuh.zip"
    half.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ArchiveIsUnfit, match="terpotong"):
        verify_archive(half)


def test_an_export_that_dies_half_way_leaves_no_archive(scene: object, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done:
            raise InterruptedError

    path = tmp_path / "mati.zip"
    with pytest.raises(InterruptedError):
        write_archive(path, now=NOW, progress=stop)
    with pytest.raises(ArchiveIsUnfit):
        verify_archive(path)


def with_manifest(archive: Path, target: Path, change: Any) -> Path:
    def changed(name: str, content: bytes) -> list[tuple[str, bytes]]:
        if name != MANIFEST:
            return [(name, content)]
        facts = json.loads(content)
        change(facts)
        return [(name, json.dumps(facts).encode())]

    return rewritten(archive, target, changed)


NAMES = ["../../etc/cron.d/x", "/etc/x", "agreements/../../x", "a\\..\\b", "C:x", "a\nb", "./x", "a//b", ""]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_lead_elsewhere_are_refused(archive: Path, tmp_path: Path, name: str) -> None:
    def put_in(facts: dict[str, Any]) -> None:
        facts["files"].append({"name": name, "size": 1, "sha256": "0" * 64})

    bad = with_manifest(archive, tmp_path / "jahat.zip", put_in)
    with zipfile.ZipFile(bad, "a") as file:
        file.writestr(f"files/{name}", "x")
    with pytest.raises(ArchiveIsUnfit, match="tidak diterima"):
        verify_archive(bad)
    assert not is_plain(name)


def test_a_part_too_much_too_few_or_twice_is_refused(archive: Path, tmp_path: Path) -> None:
    more = rewritten(archive, tmp_path / "lebih.zip", lambda name, content: [(name, content)])
    with zipfile.ZipFile(more, "a") as file:
        file.writestr("data/lain.jsonl", "{}")
    fewer = rewritten(
        archive, tmp_path / "kurang.zip", lambda name, content: [] if name.startswith("files/") else [(name, content)]
    )
    for bad in (more, fewer):
        with pytest.raises(ArchiveIsUnfit, match="tidak sesuai dengan daftarnya"):
            verify_archive(bad)
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = rewritten(
            archive,
            tmp_path / "ganda.zip",
            lambda name, content: [(name, content)] * (2 if name == "data/agreement.jsonl" else 1),
        )
    with pytest.raises(ArchiveIsUnfit, match="ada 2 kali"):
        verify_archive(twice)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 1}', b"\xff\xfe", b'{"tables": 3, "files": []}'])
def test_a_list_of_contents_that_is_none_is_refused(archive: Path, tmp_path: Path, content: bytes) -> None:
    bad = rewritten(archive, tmp_path / "a.zip", lambda name, old: [(name, content if name == MANIFEST else old)])
    with pytest.raises(ArchiveIsUnfit, match=MANIFEST):
        verify_archive(bad)


MADE_UP = [
    ("size", "5"),
    ("fields", 5),
    ("fields", [["id"]]),
    ("fields", ["id", "id"]),
    ("table", 5),
]


@pytest.mark.parametrize(("key", "value"), MADE_UP)
def test_a_list_of_contents_of_another_shape_is_refused(archive: Path, tmp_path: Path, key: str, value: Any) -> None:
    manifest = json.loads(zipfile.ZipFile(archive).read(MANIFEST))
    manifest["tables"][0][key] = value
    bad = rewritten(
        archive,
        tmp_path / "a.zip",
        lambda name, old: [(name, json.dumps(manifest).encode() if name == MANIFEST else old)],
    )
    with pytest.raises(ArchiveIsUnfit):
        restore_archive(bad, replaces=True)


LINES = [
    b"{",
    b"[1]",
    b"null",
    b"{}",
    b"\xff",
    b'{"id": %b}' % (b"9" * 30),
    b'{"signed_on": 5}',
    b'{"owner_unit_id": [1]}',
]


@pytest.mark.parametrize("line", LINES)
def test_rows_that_no_portal_wrote_are_refused_though_their_checksums_fit(
    archive: Path, tmp_path: Path, line: bytes
) -> None:
    name, source = "data/agreement.jsonl", zipfile.ZipFile(archive)
    first, *others = source.read(name).splitlines(keepends=True)
    if line.startswith(b'{"'):
        line = json.dumps(json.loads(first) | json.loads(line)).encode()
    made_up = b"".join([line, b"\n", *others])
    manifest = json.loads(source.read(MANIFEST))
    part = next(part for part in manifest["tables"] if part["table"] == "agreement")
    part |= {"size": len(made_up), "sha256": hashlib.sha256(made_up).hexdigest()}
    parts = {name: made_up, MANIFEST: json.dumps(manifest).encode()}
    bad = rewritten(archive, tmp_path / "a.zip", lambda member, old: [(member, parts.get(member, old))])
    before = rows_of_registry()
    with pytest.raises(ArchiveIsUnfit, match=r"agreement\.jsonl"):
        restore_archive(bad, replaces=True)
    assert rows_of_registry() == before


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "surat.pdf"
    other.write_bytes(b"%PDF-1.7 ...")
    with pytest.raises(ArchiveIsUnfit):
        verify_archive(other)
    with pytest.raises(ArchiveIsUnfit):
        verify_archive(tmp_path / "tidak-ada.zip")


def test_an_older_archive_takes_defaults_and_a_newer_one_is_refused(archive: Path, tmp_path: Path) -> None:
    def drop_column(name: str, content: bytes) -> bytes:
        if name != "data/agreement.jsonl":
            return content
        lines = [json.loads(line) for line in content.splitlines()]
        return b"".join(json.dumps({k: v for k, v in line.items() if k != "level"}).encode() + b"\n" for line in lines)

    def older(facts: dict[str, Any]) -> None:
        for table in facts["tables"]:
            if table["table"] == "agreement":
                content = drop_column("data/agreement.jsonl", zipfile.ZipFile(archive).read("data/agreement.jsonl"))
                table |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                table["fields"].remove("level")

    lined = rewritten(archive, tmp_path / "b.zip", lambda name, content: [(name, drop_column(name, content))])
    old = with_manifest(lined, tmp_path / "lama.zip", older)
    wipe_registry()
    restore_archive(old)
    assert set(Agreement.objects.values_list("level", flat=True)) == {""}

    def newer(facts: dict[str, Any]) -> None:
        facts["tables"][0]["fields"].append("kolom_baru")

    with pytest.raises(RestoreIsRefused, match="versi portal lain"):
        restore_archive(with_manifest(archive, tmp_path / "baru.zip", newer), replaces=True)
    assert Agreement.objects.exists()


def test_a_stored_file_of_other_content_is_not_overwritten(archive: Path, scene: object) -> None:
    name = min(bytes_of_registry())
    wipe_registry()
    default_storage.save(name, ContentFile(b"lain"))
    with pytest.raises(RestoreIsRefused, match=name.replace("/", ".")):
        restore_archive(archive)
    assert default_storage.open(name).read() == b"lain"
    assert default_storage.listdir("agreements")[1] == [name.rpartition("/")[2]]


def test_a_file_that_the_storage_lost_is_named_and_the_rest_is_kept(scene: object, tmp_path: Path) -> None:
    stored = bytes_of_registry()
    lost = min(stored)
    default_storage.delete(lost)
    manifest = write_archive(tmp_path / "arsip.zip", now=NOW)
    assert (manifest.missing, len(manifest.files)) == ([lost], len(stored) - 1)
    assert verify_archive(tmp_path / "arsip.zip") == manifest


def test_commands_write_and_restore(scene: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, rows = tmp_path / "arsip.zip", rows_of_registry()
    call_command("export_agreements", str(path))
    assert f"{len(bytes_of_registry())} files" in capsys.readouterr().out
    with pytest.raises(CommandError, match="exists already"):
        call_command("export_agreements", str(path))
    with pytest.raises(CommandError, match="tidak kosong"):
        call_command("restore_agreements", str(path))
    wipe_registry()
    with pytest.raises(CommandError, match="no account"):
        call_command("restore_agreements", str(path), "--stand-in", "siapa@humas.test")
    call_command("restore_agreements", str(path))
    assert "Restored" in capsys.readouterr().out
    assert rows_of_registry() == rows
    assert not (tmp_path / "arsip.zip.part").exists()


def test_an_archive_without_words_is_searched_at_once_after_its_restore(scene: object, tmp_path: Path) -> None:
    path = tmp_path / "arsip.zip"
    AgreementText.objects.all().delete()
    title = Agreement.objects.order_by("pk")[0].title
    call_command("export_agreements", str(path))
    wipe_registry()
    assert not Agreement.objects.searched(title).exists()
    call_command("restore_agreements", str(path))
    assert Agreement.objects.searched(title).exists()


def test_the_archive_holds_no_table_of_another_app(scene: object) -> None:
    assert {model._meta.app_label for model in archived_models().values()} == {"partnerships"}
    assert Organization in archived_models().values()
