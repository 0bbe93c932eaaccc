"""People to ask, as many as there are: one field of a form, a row of boxes for each person and a blank one below."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from toolkit.one_line import one_line
from toolkit.phones import e164, shown

MOST = 20
COLUMNS = {"name": 150, "job_title": 150, "email": 254, "whatsapp": 30}


# "pk" is "" for a new one; one without any text is to be taken away.
Person = dict[str, str]
PARTS = ("pk", *COLUMNS)


def is_blank(person: Person) -> bool:
    return not any(person[part] for part in COLUMNS)


class PeopleWidget(forms.Widget):
    template_name = "partnerships/people.jinja"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Person]:
        rows: list[Person] = []
        for n in range(MOST):
            if f"{name}-{n}-name" not in data:
                break
            rows.append({part: str(data.get(f"{name}-{n}-{part}", "")).strip() for part in PARTS})
        return rows

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-0-name" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        people = [person for person in value or [] if person["pk"] or not is_blank(person)]
        blank: Person = dict.fromkeys(PARTS, "")
        labels = {"name": _("Nama"), "job_title": _("Jabatan"), "email": _("Surel"), "whatsapp": "WhatsApp"}
        rows = [
            [(f"{name}-{n}-{part}", labels[part], person[part], longest) for part, longest in COLUMNS.items()]
            for n, person in enumerate([*people, blank][:MOST])
        ]
        keys = [(f"{name}-{n}-pk", person["pk"]) for n, person in enumerate(people)]
        return {"name": name, "rows": rows, "keys": keys, "most": MOST, "add": _("Tambah narahubung")}

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-0-name"


class PeopleField(forms.Field):
    widget = PeopleWidget

    def clean(self, value: list[Person]) -> list[Person]:
        kept, faults = [], []
        for n, person in enumerate(value or [], start=1):
            if is_blank(person):
                kept += [person] if person["pk"] else []
                continue
            try:
                kept.append(self._checked(person))
            except ValidationError as fault:
                faults += [_("Narahubung %(n)d: %(what)s") % {"n": n, "what": what} for what in fault.messages]
        if faults:
            raise ValidationError(faults)
        return kept

    def _checked(self, person: Person) -> Person:
        for part, longest in COLUMNS.items():
            text = person[part]
            one_line(text)
            if len(text) > longest or "\0" in text:
                raise ValidationError(_("isian terlalu panjang atau memuat tanda yang tidak diizinkan."))
        if not person["name"]:
            raise ValidationError(_("tulis namanya."))
        if person["email"]:
            validate_email(person["email"])
        try:
            number = e164(person["whatsapp"])
        except ValueError as problem:
            raise ValidationError(str(problem)) from problem
        return person | {"whatsapp": number}

    def has_changed(self, initial: Any, data: Any) -> bool:
        def plain(people: Any) -> list[Any]:
            return [person for person in people or [] if person["pk"] or not is_blank(person)]

        return plain(initial) != plain(data)


def people_of(rows: Any) -> list[Person]:
    """What the field shows of the focal points `rows`."""
    return [
        {
            "pk": str(row.pk),
            "name": row.name,
            "job_title": row.job_title,
            "email": row.email,
            "whatsapp": shown(row.whatsapp),
        }
        for row in rows
    ]
