"""PDF set by Typst: a template of ours under templates/ and plain data; data never becomes markup."""

import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from toolkit.papers.fonts import fonts_folder

_one_at_a_time = Lock()


@cache
def _compiler(template: str) -> typst.Compiler:
    """Kept for the life of the process: a fresh one costs several times the setting of a page."""
    root = Path(settings.BASE_DIR) / "templates"
    return typst.Compiler(root / template, root=root, font_paths=[fonts_folder()], ignore_system_fonts=True)


def set_pdf(template: str, facts: dict[str, Any]) -> bytes:
    """The PDF of `templates/<template>` (a .typ file) with `facts`, which the template reads as `facts` from
    /papers/paper.typ: JSON values, all texts already in the reader's language and zone."""
    with _one_at_a_time:
        made = _compiler(template).compile(format="pdf", sys_inputs={"facts": json.dumps(facts, cls=DjangoJSONEncoder)})
    if not isinstance(made, bytes):
        raise TypeError("Typst made no single file.")
    return made
