"""Shared by the tests of agreements: two Kanwil beside the bureau, and what a browser posts to the admin panel."""

from datetime import UTC, datetime
from typing import Any

from tests.factories import Bureau, Kanwil, build_bureau, build_kanwil

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def build_scene() -> tuple[Bureau, Kanwil, Kanwil]:
    bureau = build_bureau(NOW)
    names = ("Jawa", "Bali")
    jawa, bali = (
        build_kanwil(name, bureau, number=n, now=NOW, has_letters=False) for n, name in enumerate(names, start=1)
    )
    return bureau, jawa, bali


def posted(**fields: Any) -> dict[str, Any]:
    """The agreement form as a browser sends it: two blank parties, no copy, unless `fields` say more."""
    data: dict[str, Any] = {
        "agreement_type": "perjanjian_kerja_sama",
        "title": "Layanan kesehatan",
        "number": "W.13-HH.04.02-118",
        "signed_on": "2026-03-14",
        "effective_from": "2026-03-14",
        "effective_until": "2027-03-13",
        "scope": "",
        "signed_at_place": "",
        "parties-TOTAL_FORMS": "2",
        "parties-INITIAL_FORMS": "0",
        "parties-MIN_NUM_FORMS": "0",
        "parties-MAX_NUM_FORMS": "1000",
        "funding_terms-TOTAL_FORMS": "0",
        "funding_terms-INITIAL_FORMS": "0",
        "classification": "public",
        "regulations-TOTAL_FORMS": "0",
        "regulations-INITIAL_FORMS": "0",
        "links_to_earlier-TOTAL_FORMS": "0",
        "links_to_earlier-INITIAL_FORMS": "0",
        "new_files-0-kind": "signed",
        "files-TOTAL_FORMS": "0",
        "files-INITIAL_FORMS": "0",
        "files-MIN_NUM_FORMS": "0",
        "files-MAX_NUM_FORMS": "0",
        "new_files-TOTAL_FORMS": "1",
        "new_files-INITIAL_FORMS": "0",
        "new_files-MIN_NUM_FORMS": "0",
        "new_files-MAX_NUM_FORMS": "1000",
    }
    for place in (0, 1):
        data |= party(place)
    return data | fields


def party(place: int, **fields: Any) -> dict[str, Any]:
    """A party as typed; one that names its side has a signatory unless `fields` say otherwise."""
    if {"unit", "organization"} & set(fields):
        fields = {"signatory_name": "Penanda Tangan Contoh"} | fields
    names = ("position", "unit", "organization", "party_number", "signed_on", "signatory_name", "signatory_position")
    blank = {**dict.fromkeys(names, ""), "signing_capacity": "definitive"}
    return {f"parties-{place}-{name}": value for name, value in (blank | fields).items()}


def confirmed(client: Any, url: str, data: dict[str, Any]) -> Any:
    """The form posted as a person would who reads what is in doubt and saves with these notes; a file chosen the first
    time is not chosen again."""
    answer = client.post(url, data)
    if answer.status_code == 302:
        return answer
    held = answer.context["held"]
    assert held is not None, answer.context["errors"]
    again = {name: value for name, value in data.items() if not name.endswith("-file")}
    for inline in answer.context["inline_admin_formsets"]:
        if inline.formset.prefix == "new_files":
            again |= {f"new_files-{n}-kept": form["kept"].value() or "" for n, form in enumerate(inline.formset.forms)}
    return client.post(url, again | {"confirmed": held.mark})
