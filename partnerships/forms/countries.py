"""The countries a partner may be of, by their Indonesian names: that is how the register keeps them."""

from functools import cache

from phonenumbers.geodata.locale import LOCALE_DATA

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


def _name(code: str) -> str:
    """In the library a star points at the language that has the same name."""
    names = LOCALE_DATA[code]
    found = names.get("id") or names["en"]
    while found.startswith("*"):
        found = names[found[1:]]
    return str(NAMES.get(code, found))


@cache
def countries() -> tuple[str, ...]:
    """Home first, then by the alphabet."""
    return (HOME, *sorted({_name(code) for code in LOCALE_DATA if code not in GONE} - {HOME}))


def country_choices(kept: str) -> list[tuple[str, str]]:
    """With what was typed before there was a list."""
    names = countries()
    return [(name, name) for name in (names if kept in names else (*names, kept))]
