"""Personal data as those see it who need not know the whole: enough to tell two people apart."""


def masked_phone(phone: str) -> str:
    return f"{phone[:3]} ••••-{phone[-3:]}" if len(phone) > 6 else "•" * len(phone)


def masked_address(email: str) -> str:
    """`s•••@kantor.test`."""
    name, at, host = email.partition("@")
    return f"{name[:1]}•••{at}{host}" if at else ""
