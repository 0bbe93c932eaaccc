"""The countries a partner may be of, by their Indonesian names: that is how the register keeps them."""

from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path

import phonenumbers

# One file of the package: to import it would load the place names of all telephone numbers, 100 MiB.
LIBRARY = Path(phonenumbers.__file__).parent / "geodata" / "locale.py"

# Names that the library has in another language, an older form or misspelt.
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


def _name(code: str, names: dict[str, str]) -> str:
    """In the library a star points at the language that has the same name."""
    found = names.get("id") or names["en"]
    while found.startswith("*"):
        found = names[found[1:]]
    return str(NAMES.get(code, found))


def _library() -> dict[str, dict[str, str]]:
    loader = SourceFileLoader("phonenumbers.geodata.locale", str(LIBRARY))
    module = module_from_spec(ModuleSpec(loader.name, loader))
    loader.exec_module(module)
    return dict(module.LOCALE_DATA)


@cache
def countries() -> tuple[str, ...]:
    """Home first, then by the alphabet."""
    return (HOME, *sorted({_name(code, names) for code, names in _library().items() if code not in GONE} - {HOME}))


def country_choices(kept: str) -> list[tuple[str, str]]:
    """With what was typed before there was a list."""
    names = countries()
    return [(name, name) for name in (names if kept in names else (*names, kept))]
