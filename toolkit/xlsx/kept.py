"""The uploaded sheet between its preview and the moment it is applied."""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from toolkit.xlsx.columns import SheetIsRefused

FOLDER = "imports"
KEPT_SECONDS = 3_600
SALT = "toolkit.xlsx.upload"


def keep_upload(file: File[bytes], *, user_id: int, now: datetime, suffix: str = ".xlsx") -> str:
    """Puts an uploaded file into private storage under a random name and returns a signed token for its owner; files
    that nobody came back for within a day are removed on the way."""
    for name in _kept_names():
        if default_storage.get_modified_time(f"{FOLDER}/{name}") < now - timedelta(days=1):
            default_storage.delete(f"{FOLDER}/{name}")
    file.seek(0)
    kept = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}{suffix}", file)
    return signing.dumps({"kept": kept, "user": user_id, "name": (file.name or "")[-80:]}, salt=SALT, compress=True)


def _kept_names() -> list[str]:
    try:
        return default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return []


def _token_content(token: str, user_id: int) -> dict[str, Any]:
    try:
        content: dict[str, Any] = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature as error:
        raise SheetIsRefused(_("Pratinjau sudah kedaluwarsa. Unggah berkasnya lagi.")) from error
    if content["user"] != user_id or not default_storage.exists(content["kept"]):
        raise SheetIsRefused(_("Pratinjau sudah kedaluwarsa. Unggah berkasnya lagi."))
    return content


def kept_upload(token: str, *, user_id: int) -> File[bytes]:
    """The file behind a token of the same user, younger than an hour; else SheetIsRefused."""
    content = _token_content(token, user_id)
    file: File[bytes] = default_storage.open(content["kept"])
    file.name = content["name"]
    return file


def kept_name(token: str, *, user_id: int) -> str:
    """Where the file behind a token stands in private storage, for work that goes on without its sender."""
    return str(_token_content(token, user_id)["kept"])


def drop_upload(token: str, *, user_id: int) -> None:
    """One that is gone already stays gone: a form that was sent twice has both ended well."""
    with suppress(SheetIsRefused):
        default_storage.delete(_token_content(token, user_id)["kept"])
