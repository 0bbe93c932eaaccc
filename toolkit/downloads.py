"""Private files on their way to a reader: never run by a browser, never kept by a shared cache."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404


def stored_file(stored_name: str, *, filename: str, content_type: str, is_shown: bool = False) -> FileResponse:
    """The bytes of a file in private storage; a download, or with `is_shown` a picture inside a page. Raises Http404
    where the storage has lost it."""
    if not stored_name:
        raise Http404
    try:
        file = default_storage.open(stored_name, "rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(file, as_attachment=not is_shown, filename=filename, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, max-age=300" if is_shown else "private, no-store"
    return response
