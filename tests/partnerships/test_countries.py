import subprocess
import sys

from partnerships.forms.countries import HOME, countries

LOADED = """
import sys
import django
django.setup()
from partnerships.forms.countries import countries
{more}
assert len(countries()) > 200
print("phonenumbers.geodata" in sys.modules)
"""


def loaded(more: str) -> bool:
    made = subprocess.run([sys.executable, "-c", LOADED.format(more=more)], check=True, capture_output=True, text=True)
    return made.stdout.strip() == "True"


def test_home_comes_first_and_the_names_are_indonesian() -> None:
    names = countries()
    assert names[0] == HOME
    assert {"Jerman", "Belanda", "Timor Leste"} <= set(names)
    assert not [name for name in names if name.startswith("*")]


def test_the_list_does_not_load_the_place_names_of_all_telephone_numbers() -> None:
    """They are 100 MiB in each process."""
    assert not loaded("")
    assert loaded("import phonenumbers.geodata")
