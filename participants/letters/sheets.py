"""Templates of a mailing are rendered once for each set of common facts; what is personal (name, office, link) is put
into the finished text. A batch of twenty letters of one workshop then costs about one rendering."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape

# A sign of the private use area on both sides: it stands in no template and is left alone by escaping.
SLOT = re.compile("\ue000([a-z_]+)\ue000")


def slot(name: str) -> str:
    """The place in a template where the value `name` of each letter will stand."""
    return f"\ue000{name}\ue000"


@dataclass(frozen=True)
class Sheet:
    """Subject, text and HTML of a letter with its slots still open."""

    subject: str
    text: str
    html: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, str, str]:
        """One pass over each part, so a value that looks like a slot stays what it is."""
        one_line = {name: " ".join(value.split()) for name, value in values.items()}
        safe = {name: str(escape(value)) for name, value in values.items()}
        return (
            SLOT.sub(lambda found: one_line[found[1]], self.subject),
            SLOT.sub(lambda found: values[found[1]], self.text),
            SLOT.sub(lambda found: safe[found[1]], self.html),
        )


def render_sheet(letter: str, context: Mapping[str, Any]) -> Sheet:
    """`letter` is the name of the three files under templates/participants/letters."""
    folder = f"participants/letters/{letter}"
    subject = render_to_string(f"{folder}.subject.txt", dict(context))
    return Sheet(
        subject=" ".join(subject.split()),
        text=render_to_string(f"{folder}.txt", dict(context)).strip() + "\n",
        html=render_to_string(f"{folder}.html", dict(context)),
    )
