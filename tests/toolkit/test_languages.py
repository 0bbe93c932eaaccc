import os
from pathlib import Path

import polib
import pytest

from toolkit.languages import compile_catalogues, problems, texts


def catalogue(folder: Path, *entries: polib.POEntry) -> Path:
    source = folder / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    po = polib.POFile()
    po.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    po.extend(entries)
    po.save(str(source))
    return source


def test_a_catalogue_is_compiled_once_and_again_after_a_change(tmp_path: Path) -> None:
    source = catalogue(tmp_path, polib.POEntry(msgid="Masuk", msgstr="Sign in"))
    assert compile_catalogues(tmp_path) == [source]
    compiled = source.with_suffix(".mo")
    assert [entry.msgstr for entry in polib.mofile(str(compiled))] == ["Sign in"]
    assert compile_catalogues(tmp_path) == []
    catalogue(tmp_path, polib.POEntry(msgid="Masuk", msgstr="Log in"))
    os.utime(source, ns=(0, compiled.stat().st_mtime_ns + 1))
    assert compile_catalogues(tmp_path) == [source]
    assert [entry.msgstr for entry in polib.mofile(str(compiled))] == ["Log in"]
    assert sorted(file.name for file in source.parent.iterdir()) == ["django.mo", "django.po"]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (polib.POEntry(msgid="Masuk", msgstr=""), "not translated"),
        (
            polib.POEntry(msgid="%(n)s kursi", msgid_plural="%(n)s kursi", msgstr_plural={0: "%(n)s seat", 1: ""}),
            "not tr",
        ),
        (polib.POEntry(msgid="Masuk", msgstr="Sign in", flags=["fuzzy"]), "marked as doubtful"),
        (polib.POEntry(msgid="Halo %(name)s", msgstr="Hello %(nama)s"), "names a placeholder"),
        (polib.POEntry(msgid="Halo %(name)s", msgstr="Hello"), "leaves a placeholder out"),
        (polib.POEntry(msgid="Halo {name}", msgstr="Hello"), "leaves a placeholder out"),
    ],
)
def test_an_incomplete_entry_is_named(tmp_path: Path, entry: polib.POEntry, problem: str) -> None:
    (found,) = problems(catalogue(tmp_path, entry))
    assert found.startswith(problem)
    assert entry.msgid in found


def test_a_complete_catalogue_has_no_problems(tmp_path: Path) -> None:
    source = catalogue(
        tmp_path,
        polib.POEntry(msgid="Halo %(name)s", msgstr="Hello %(name)s"),
        polib.POEntry(msgid="%(n)s kursi", msgid_plural="%(n)s kursi", msgstr_plural={0: "1 seat", 1: "%(n)s seats"}),
        polib.POEntry(msgid="100%%", msgstr="100%%"),
        polib.POEntry(msgid="Lama", msgstr="", obsolete=True),
    )
    assert list(problems(source)) == []
    assert texts(source) == {("", "Halo %(name)s", ""), ("", "%(n)s kursi", "%(n)s kursi"), ("", "100%%", "")}
