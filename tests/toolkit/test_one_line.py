import pytest
from django.core.exceptions import ValidationError

from toolkit.one_line import one_line


@pytest.mark.parametrize(
    "text", ["A\nB", "A\rB", "A\0", "A\x1b[31m", "A\u2028B", "A\x85B", "A\ue000url\ue000", "A\u202eB"]
)
def test_control_characters_are_refused(text):
    with pytest.raises(ValidationError):
        one_line(text)


@pytest.mark.parametrize("text", ["", "Drs. Ḥasan Šarić, M.Si.", "Wâliyy “Ndoro” O'Brien – 2", "مُحَمَّد"])
def test_names_of_any_script_are_not(text):
    one_line(text)
