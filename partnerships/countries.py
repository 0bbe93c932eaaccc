"""The countries a partner may be of. The register keeps their Indonesian names; people read them in their language."""

from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path

import phonenumbers
from django.utils.translation import get_language

# One file of the package: to import it would load the place names of all telephone numbers, 100 MiB.
LIBRARY = Path(phonenumbers.__file__).parent / "geodata" / "locale.py"

# Names that the library has in another language, an older form or misspelt.
NAMES_EN = {"CD": "Democratic Republic of the Congo", "MK": "North Macedonia", "SZ": "Eswatini"}
NAMES = {
    "BN": "Brunei Darussalam",
    "BR": "Brasil",
    "CN": "Tiongkok",
    "DZ": "Aljazair",
    "FR": "Prancis",
    "GF": "Guyana Prancis",
    "HK": "Hong Kong",
    "IQ": "Irak",
    "IT": "Italia",
    "KG": "Kirgizstan",
    "LT": "Lituania",
    "LU": "Luksemburg",
    "MK": "Makedonia Utara",
    "MO": "Makau",
    "MP": "Kepulauan Mariana Utara",
    "MV": "Maladewa",
    "MX": "Meksiko",
    "NL": "Belanda",
    "PF": "Polinesia Prancis",
    "PS": "Palestina",
    "PT": "Portugal",
    "SE": "Swedia",
    "SS": "Sudan Selatan",
    "SY": "Suriah",
    "SZ": "Eswatini",
    "TL": "Timor Leste",
    "TR": "Turki",
}
GONE = {"AN"}
HOME = "Indonesia"


def _name(code: str, names: dict[str, str], language: str) -> str:
    """In the library a star points at the language that has the same name."""
    found = names.get(language) or names["en"]
    while found.startswith("*"):
        found = names[found[1:]]
    own = NAMES_EN if language == "en" else NAMES
    return str(own.get(code, found))


def _library() -> dict[str, dict[str, str]]:
    loader = SourceFileLoader("phonenumbers.geodata.locale", str(LIBRARY))
    module = module_from_spec(ModuleSpec(loader.name, loader))
    loader.exec_module(module)
    return dict(module.LOCALE_DATA)


@cache
def countries(language: str = "id") -> dict[str, str]:
    """What the register keeps, and the name in this language; home first, then by the alphabet."""
    known = {code: names for code, names in _library().items() if code not in GONE}
    pairs = [(_name(code, names, "id"), _name(code, names, language)) for code, names in known.items()]
    return dict(sorted(pairs, key=lambda pair: (pair[0] != HOME, pair[1])))


def country_choices(kept: str) -> list[tuple[str, str]]:
    """In the reader's language, with what was typed before there was a list."""
    names = countries((get_language() or "id")[:2])
    return list((names if kept in names else {**names, kept: kept}).items())


def country_name(kept: str) -> str:
    """In the reader's language."""
    return dict(country_choices(kept))[kept]
