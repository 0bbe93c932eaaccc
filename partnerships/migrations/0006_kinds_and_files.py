"""Kinds become a list that the bureau edits; signed copies become one kind of file of an agreement."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import toolkit.one_line

KINDS = [
    ("nota_kesepahaman", "Nota Kesepahaman (MoU)", "Memorandum of Understanding (MoU)", "MoU"),
    ("perjanjian_kerja_sama", "Perjanjian Kerja Sama (PKS)", "Cooperation Agreement (PKS)", "PKS"),
    ("memorandum_saling_pengertian", "Memorandum Saling Pengertian (MSP)", "Memorandum of Mutual Understanding (MSP)", "MSP"),
    ("rencana_kerja_tahunan", "Rencana Kerja Tahunan (RKT)", "Yearly Work Plan (RKT)", "RKT"),
    ("implementation_letter", "Implementation Letter", "Implementation Letter", "IL"),
    ("individual_arrangement", "Individual Arrangement", "Individual Arrangement", "IA"),
    ("letter_of_intent", "Letter of Intent", "Letter of Intent", "LoI"),
    ("adendum", "Adendum", "Addendum", ""),
    ("lainnya", "Lainnya", "Other", ""),
]


def fill(apps, schema_editor):
    Kind = apps.get_model("partnerships", "AgreementKind")
    Kind.objects.bulk_create(
        Kind(code=code, name=name, name_en=name_en, short_name=short, position=10 * (place + 1))
        for place, (code, name, name_en, short) in enumerate(KINDS)
    )


def kind_fields(**options):
    return [
        ("code", models.CharField(max_length=40, validators=[django.core.validators.RegexValidator("^[a-z][a-z0-9_]*$", "Huruf kecil, angka, dan garis bawah.")], verbose_name="Kode", **options.pop("code", {}))),
        ("name", models.CharField(max_length=100, validators=[toolkit.one_line.one_line], verbose_name="Nama", **options.pop("name", {}))),
        ("name_en", models.CharField(blank=True, max_length=100, validators=[toolkit.one_line.one_line], verbose_name="Nama dalam bahasa Inggris")),
        ("short_name", models.CharField(blank=True, max_length=20, validators=[toolkit.one_line.one_line], verbose_name="Singkatan")),
        ("position", models.PositiveSmallIntegerField(default=100, verbose_name="Urutan")),
        ("is_active", models.BooleanField(default=True, help_text="Jenis yang tidak dipakai lagi tetap tertulis pada perjanjian lama.", verbose_name="Dipakai")),
    ]


FILE_KIND = models.CharField(choices=[("signed", "Salinan naskah bertanda tangan"), ("draft", "Draf"), ("translation", "Terjemahan"), ("annex", "Lampiran"), ("public", "Salinan untuk publik")], default="signed", max_length=20, verbose_name="Jenis berkas")


class Migration(migrations.Migration):

    dependencies = [
        ("partnerships", "0005_funding_terms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreementKind",
            fields=kind_fields(code={"primary_key": True, "serialize": False}, name={"unique": True}),
            options={"verbose_name": "jenis perjanjian", "verbose_name_plural": "jenis perjanjian"},
        ),
        migrations.CreateModel(
            name="HistoricalAgreementKind",
            fields=[
                *kind_fields(code={"db_index": True}, name={"db_index": True}),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1)),
                ("history_user", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"verbose_name": "historical jenis perjanjian", "verbose_name_plural": "historical jenis perjanjian", "ordering": ("-history_date", "-history_id"), "get_latest_by": ("history_date", "history_id")},
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("agreement", "agreement_type", models.ForeignKey(db_column="agreement_type", on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnerships.agreementkind", verbose_name="Jenis")),
        migrations.AlterField("historicalagreement", "agreement_type", models.ForeignKey(blank=True, db_column="agreement_type", db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="partnerships.agreementkind", verbose_name="Jenis")),
        migrations.RemoveConstraint("signedcopy", "partnerships_signedcopy_once"),
        migrations.RenameModel("SignedCopy", "AgreementFile"),
        migrations.RenameModel("HistoricalSignedCopy", "HistoricalAgreementFile"),
        migrations.AlterField("agreementfile", "agreement", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="files", to="partnerships.agreement")),
        migrations.AddField("agreementfile", "kind", FILE_KIND),
        migrations.AddField("historicalagreementfile", "kind", FILE_KIND),
        migrations.AlterModelOptions("agreementfile", {"verbose_name": "berkas perjanjian", "verbose_name_plural": "berkas perjanjian"}),
        migrations.AddConstraint("agreementfile", models.UniqueConstraint(fields=("agreement", "sha256"), name="partnerships_agreementfile_once")),
    ]
