from typing import Any

import django.contrib.postgres.search
import django.db.models.deletion
import partnerships.models.texts
from django.db import migrations, models


INDEXES = {"partnerships_words_full": "full_vector", "partnerships_words_public": "public_vector"}


def make_indexes(apps: Any, schema_editor: Any) -> None:
    """Only PostgreSQL searches by vectors."""
    if schema_editor.connection.vendor == "postgresql":
        for name, column in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON partnerships_agreementtext USING gin ({column})")


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0010_deeds'),
    ]

    operations = [
        migrations.CreateModel(
            name='FileText',
            fields=[
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='text', serialize=False, to='partnerships.agreementfile')),
                ('text', models.TextField(blank=True)),
                ('is_cut', models.BooleanField(default=False)),
                ('failure', models.CharField(blank=True, max_length=20)),
                ('read_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'teks berkas',
                'verbose_name_plural': 'teks berkas',
            },
        ),
        migrations.CreateModel(
            name='AgreementText',
            fields=[
                ('agreement', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='partnerships.agreement')),
                ('head', models.TextField(blank=True)),
                ('full_body', models.TextField(blank=True)),
                ('public_body', models.TextField(blank=True)),
                ('is_open', models.BooleanField(default=False)),
                ('fingerprint', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('full_vector', models.GeneratedField(db_persist=True, expression=partnerships.models.texts.Vector(models.F('head'), models.F('full_body')), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('public_vector', models.GeneratedField(db_persist=True, expression=partnerships.models.texts.Vector(models.F('head'), models.F('public_body')), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('public_file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='partnerships.agreementfile')),
            ],
            options={
                'verbose_name': 'teks perjanjian',
                'verbose_name_plural': 'teks perjanjian',
            },
        ),
        migrations.RunPython(make_indexes, migrations.RunPython.noop),
    ]
