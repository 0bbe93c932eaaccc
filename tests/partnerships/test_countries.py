import subprocess
import sys

from django.utils.translation import override

from partnerships.countries import HOME, countries, country_choices, country_name

LOADED = """
import sys
import django
django.setup()
from partnerships.countries import countries
{more}
assert len(countries()) > 200
print("phonenumbers.geodata" in sys.modules)
"""


def loaded(more: str) -> bool:
    made = subprocess.run([sys.executable, "-c", LOADED.format(more=more)], check=True, capture_output=True, text=True)
    return made.stdout.strip() == "True"


def test_home_comes_first_and_the_names_are_indonesian() -> None:
    names = list(countries())
    assert names[0] == HOME
    assert {"Jerman", "Belanda", "Timor Leste"} <= set(names)
    assert not [name for name in names if name.startswith("*")]


def test_the_list_is_read_in_the_language_of_the_reader_and_kept_in_indonesian() -> None:
    with override("en"):
        choices, shown = country_choices("Jerman Barat"), country_name("Jerman")
    assert choices[0] == ("Indonesia", "Indonesia")
    assert choices[-1] == ("Jerman Barat", "Jerman Barat")
    assert shown == "Germany"
    assert {("Antigua dan Barbuda", "Antigua and Barbuda"), ("Makedonia Utara", "North Macedonia")} <= set(choices)
    labels = [label for _kept, label in choices[1:-1]]
    assert labels == sorted(labels)
    assert not [label for label in labels if label.startswith("*") or " dan " in label]
    with override("id"):
        assert ("Antigua dan Barbuda", "Antigua dan Barbuda") in country_choices("Indonesia")
        assert country_name("Jerman") == "Jerman"
    assert [kept for kept, _label in choices[:-1]] != list(countries())
    assert {kept for kept, _label in choices[:-1]} == set(countries())


def test_the_list_does_not_load_the_place_names_of_all_telephone_numbers() -> None:
    """They are 100 MiB in each process."""
    assert not loaded("")
    assert loaded("import phonenumbers.geodata")
