"""The way out that EMAIL_URL chose."""

from urllib.parse import urlsplit

from django.conf import settings

from outbox.delivery.files import FileTransport
from outbox.delivery.smtp import SmtpTransport
from outbox.delivery.transport import Transport


def open_transport() -> Transport:
    options = settings.EMAIL
    if options["transport"] == "file":
        return FileTransport(options["folder"])
    return SmtpTransport(options, local_hostname=urlsplit(settings.SITE_URL).hostname or "localhost")
