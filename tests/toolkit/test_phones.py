import pytest

from toolkit.phones import e164, shown, wa_link


@pytest.mark.parametrize(
    "text", ["0811-0000-123", "62811 0000 123", "+62 811-0000-123", "8110000123", " 0811 0000123 ", "(0811) 0000.123"]
)
def test_the_many_ways_to_write_a_number_meet(text):
    assert e164(text) == "+628110000123"


@pytest.mark.parametrize("text", ["abc", "0811", "+62", "081234567890123456", "-", "\0", "١"])
def test_what_is_no_number_gets_a_sentence(text):
    with pytest.raises(ValueError, match="tidak dikenali"):
        e164(text)


def test_numbers_are_shown_and_linked():
    assert e164("") == ""
    assert shown("+628110000123") == "+62 811-0000-123"
    assert shown("bukan nomor") == "bukan nomor"
    assert wa_link("+628110000123") == "https://wa.me/628110000123"
    assert wa_link("") == ""
