"""The portal's own typeface as Typst wants it: static cuts, made from the npm package once for each machine."""

import os
import tempfile
from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools.merge import Merger

CUTS = ("400-normal", "400-italic", "600-normal", "700-normal")
# The package cuts each weight into subsets; Typst takes one file a weight, so they are joined again.
SUBSETS = ("latin", "latin-ext")


@cache
def fonts_folder() -> Path:
    """Raises FileNotFoundError where the front-end packages are not installed: Typst would silently take another
    face."""
    folder = Path(settings.VAR_DIR) / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    package = Path(settings.NODE_MODULES) / "@fontsource" / "plus-jakarta-sans" / "files"
    for cut in CUTS:
        sources = [package / f"plus-jakarta-sans-{subset}-{cut}.woff2" for subset in SUBSETS]
        _join(sources, folder / f"plus-jakarta-sans-{cut}.ttf")
    return folder


def _join(sources: list[Path], target: Path) -> None:
    """Several processes may do it at once: each writes its own file and the last rename wins."""
    newest = max(source.stat().st_mtime for source in sources)
    if target.exists() and target.stat().st_mtime >= newest:
        return
    font = Merger().merge([str(source) for source in sources])
    font.flavor = None
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        font.save(file)
    Path(name).replace(target)
