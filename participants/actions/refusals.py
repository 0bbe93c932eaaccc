"""What the actions of this app may refuse; the text of each is a sentence to show."""


class Refused(Exception):
    """Nothing was changed; `str()` says why in the reader's language."""
