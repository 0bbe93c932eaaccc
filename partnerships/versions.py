"""A short token of what a person saw, so that an edit of something changed meanwhile is noticed and not overwritten."""

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


def version_of(row: models.Model | None) -> str:
    """Changes with any column of the row; empty for none."""
    if row is None:
        return ""
    values = {field.attname: str(getattr(row, field.attname)) for field in row._meta.concrete_fields}  # noqa: SLF001 -- public in Django
    return hashlib.sha256(json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()[:20]
