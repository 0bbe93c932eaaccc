"""The words of agreements as they are searched: what is public apart from everything else."""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F

from partnerships.models.files import AgreementFile

# Of the text of one agreement so many characters are kept; PostgreSQL takes no vector above 1 MiB.
LONGEST_BODY = 150_000


class Vector(models.Func):
    """Words of a head (titles, numbers, parties: weight A) and of a body (weight D), stemmed and as they stand. What is
    no letter and no digit parts words, so `W.13-HH.04.02-118` is six of them in a row. Empty but on PostgreSQL."""

    output_field = SearchVectorField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[str | int, ...]]:
        return "('')", ()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        head, body = (
            f"regexp_replace({compiler.compile(part)[0]}, '[^[:alnum:]]+', ' ', 'g')"
            for part in self.get_source_expressions()
        )
        parts = [
            f"setweight(to_tsvector('{config}'::regconfig, {text}), '{weight}')"
            for text, weight in ((head, "A"), (body, "D"))
            for config in ("indonesian", "simple")
        ]
        return f"({' || '.join(parts)})", []


class FileText(models.Model):
    """What stands in a file, read once: its bytes never change. `failure` says why nothing could be read."""

    file = models.OneToOneField(AgreementFile, models.CASCADE, primary_key=True, related_name="text")
    text = models.TextField(blank=True)
    is_cut = models.BooleanField(default=False)
    failure = models.CharField(max_length=20, blank=True)
    read_at = models.DateTimeField()

    objects = models.Manager["FileText"]()

    class Meta:
        verbose_name = "teks berkas"
        verbose_name_plural = "teks berkas"

    def __str__(self) -> str:
        return str(self.file_id)


class AgreementText(models.Model):
    """The searched words of an agreement. `public_body` holds nothing that the public may not read, and counts only as
    long as `public_file` and `is_open` are what the publication and the classification say."""

    agreement = models.OneToOneField("Agreement", models.CASCADE, primary_key=True, related_name="words")
    head = models.TextField(blank=True)
    full_body = models.TextField(blank=True)
    public_body = models.TextField(blank=True)
    public_file = models.ForeignKey(AgreementFile, models.SET_NULL, null=True, related_name="+")
    is_open = models.BooleanField(default=False)
    fingerprint = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    full_vector: Any = models.GeneratedField(
        expression=Vector(F("head"), F("full_body")), output_field=SearchVectorField(), db_persist=True
    )
    public_vector: Any = models.GeneratedField(
        expression=Vector(F("head"), F("public_body")), output_field=SearchVectorField(), db_persist=True
    )

    objects = models.Manager["AgreementText"]()

    class Meta:
        verbose_name = "teks perjanjian"
        verbose_name_plural = "teks perjanjian"

    def __str__(self) -> str:
        return str(self.agreement_id)
