"""Static files: front-end packages served from node_modules by an explicit list, and the storage for production."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Published name -> file in node_modules. A name that ends in "/" is a folder for the files of a pattern.
PACKAGE_FILES = {
    "npm/bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "npm/bootstrap/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "npm/sortablejs/Sortable.min.js": "sortablejs/Sortable.min.js",
    "npm/plus-jakarta-sans/index.css": "@fontsource-variable/plus-jakarta-sans/index.css",
    "npm/plus-jakarta-sans/wght.css": "@fontsource-variable/plus-jakarta-sans/wght.css",
    "npm/plus-jakarta-sans/wght-italic.css": "@fontsource-variable/plus-jakarta-sans/wght-italic.css",
    # The style sheets name every subset, and collectstatic stops at a name without a file: so all of them.
    "npm/plus-jakarta-sans/files/": "@fontsource-variable/plus-jakarta-sans/files/*.woff2",
}


def published_files(packages: Path, wanted: dict[str, str]) -> dict[str, Path]:
    """Published name -> file; a pattern stands for all files it matches, a missing file stays in the answer."""
    found: dict[str, Path] = {}
    for name, source in wanted.items():
        if name.endswith("/"):
            found |= {name + file.name: file for file in sorted(packages.glob(source))}
        else:
            found[name] = packages / source
    return found


def missing_files(packages: Path, wanted: dict[str, str]) -> list[str]:
    """Sources of the list that no file answers to."""
    return [source for source in wanted.values() if not any(packages.glob(source))]


class PackageStorage(FileSystemStorage):
    """node_modules under the published names."""

    def __init__(self, packages: Path, wanted: dict[str, str]) -> None:
        super().__init__(location=packages)
        self.files = published_files(packages, wanted)

    def path(self, name: str) -> str:
        # A name outside the list must not lead anywhere, least of all to the rest of node_modules.
        return str(self.files.get(name, self.files.get(name.replace("\\", "/"), Path(self.location) / "not-published")))


class PackageFinder(BaseFinder):
    """Finds exactly the files of PACKAGE_FILES; a package's other files are never served."""

    def __init__(self, app_names: object = None, *args: object, **kwargs: object) -> None:
        self.packages = Path(settings.NODE_MODULES)
        self.storage = PackageStorage(self.packages, PACKAGE_FILES)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return [
            Error(
                f"The front-end file node_modules/{source} is missing.",
                hint="Run ./portal setup, which installs the packages of package-lock.json.",
                id="toolkit.E001",
            )
            for source in missing_files(self.packages, PACKAGE_FILES)
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        file = self.storage.files.get(path)
        found = [str(file)] if file and file.is_file() else []
        if find_all:
            return found
        return found[0] if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        patterns = [*(ignore_patterns or ())]
        for name, file in self.storage.files.items():
            if file.is_file() and not matches_patterns(name, patterns):
                yield name, self.storage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names and gzip; without brotli, which takes a minute at every collectstatic for a few kilobytes."""

    # Bootstrap names source maps that are not published; following those names would stop collectstatic.
    # Our own modules import their neighbours by name; only hashed names are kept, so those imports must follow them.
    patterns = (
        *(
            (glob, tuple(pattern for pattern in patterns if "sourceMappingURL" not in str(pattern)))
            for glob, patterns in CompressedManifestStaticFilesStorage.patterns
        ),
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),  # noqa: SLF001
    )

    def create_compressor(self, **kwargs: Any) -> Compressor:
        return Compressor(**{**kwargs, "use_brotli": False})
