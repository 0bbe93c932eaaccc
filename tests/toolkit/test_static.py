from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.checks import run_checks

from toolkit.static import PACKAGE_FILES, PackageFinder, PackageStorage, StaticStorage, missing_files, published_files


def test_every_listed_file_is_found_under_its_published_name() -> None:
    for name, file in published_files(PackageFinder().packages, PACKAGE_FILES).items():
        assert finders.find(name) == str(file)
        assert file.is_file()


def test_other_files_of_a_package_are_not_served(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "shown.css").write_text("a{}")
    (tmp_path / "pack" / "hidden.css").write_text("b{}")
    storage = PackageStorage(tmp_path, {"npm/pack/shown.css": "pack/shown.css"})
    assert storage.exists("npm/pack/shown.css")
    for name in ("pack/hidden.css", "pack/shown.css", "npm/pack/../../pack/hidden.css", "npm/pack/hidden.css"):
        assert not storage.exists(name)


def test_a_missing_package_file_is_named_by_the_system_check(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.NODE_MODULES = tmp_path
    messages = [error.msg for error in PackageFinder().check()]
    assert "The front-end file node_modules/bootstrap/dist/css/bootstrap.min.css is missing." in messages
    assert len(messages) == len(PACKAGE_FILES)


def test_no_package_file_is_missing() -> None:
    assert missing_files(PackageFinder().packages, PACKAGE_FILES) == []
    assert [message for message in run_checks() if message.id == "toolkit.E001"] == []


def test_listing_leaves_out_ignored_patterns() -> None:
    names = {name for name, _storage in PackageFinder().list(["*.woff", "*.woff2"])}
    assert "npm/bootstrap/bootstrap.min.css" in names
    assert not [name for name in names if name.endswith(("woff", "woff2"))]


@pytest.mark.usefixtures("settings")
def test_tests_use_plain_names_for_static_files() -> None:
    assert StaticFilesStorage().url("npm/bootstrap/bootstrap.min.css").endswith("npm/bootstrap/bootstrap.min.css")


def test_modules_import_their_neighbours_by_the_names_that_are_kept(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT, settings.STATIC_URL = tmp_path, "static/"
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "shell.js").write_text('import "./menu.js";\n')
    (tmp_path / "js" / "menu.js").write_text("1;\n")
    storage = StaticStorage(location=tmp_path, base_url="/static/")
    paths = {name: (storage, name) for name in ("js/shell.js", "js/menu.js")}
    hashed = {name: new for name, new, done in storage.post_process(paths) if done}
    content = (tmp_path / hashed["js/shell.js"]).read_text()
    assert f'"./{Path(hashed["js/menu.js"]).name}"' in content
    assert '"./menu.js"' not in content
