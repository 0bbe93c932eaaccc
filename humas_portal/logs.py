"""What must not stand in a log: the secret part of an address that opens a page without an account."""

import logging
import re

SECRET_PATH = re.compile(r"(/u/|/n/|/kata-sandi/baru/|/kalender/ics/|/tindak-lanjut/tautan/)[^/\s?]+")


class SecretPaths(logging.Filter):
    """Cuts the keys of letters' links and of password links out of what is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if SECRET_PATH.search(message):
            record.msg, record.args = SECRET_PATH.sub(r"\1…", message), ()
        return True
