"""Heads of Kanwil sign PKS, as the register of August 2025 shows (6,496 PKS, kept by Kanwil and their UPT); taken by its
letter the regulation of 2016 names only main units and UPT. The bureau edits the list."""

from django.db import migrations

KIND = "perjanjian_kerja_sama"
LEVEL = "regional_office"
POSITIONS = ("Kepala Kantor Wilayah", "Kepala Kanwil")
BASIS = "Praktik menurut data P2MA Agustus 2025; tidak disebut dalam Permenkumham 65 Tahun 2016"


def add(apps, schema_editor):
    """Where the bureau has taken all lines of the kind away, it is not checked, and stays so."""
    Authority = apps.get_model("partnerships", "SigningAuthority")
    lines = Authority.objects.filter(kind_id=KIND)
    if lines.exists() and not lines.filter(level__in=[LEVEL, ""]).exists():
        Authority.objects.bulk_create(
            Authority(kind_id=KIND, level=LEVEL, position_words=words, basis=BASIS) for words in POSITIONS
        )


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0018_carried_out_answers")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
