"""The corpus of hostile uploads: none is accepted, each is refused with a sentence; the good ones all pass."""

import hashlib

import pytest
from django.core.files.uploadedfile import UploadedFile

from tests.partnerships.hostile_uploads import CLASSES, SIZES, as_file, good, hostile, too_large
from toolkit.uploads import UnfitFile, check_pdf


def refusal(file: UploadedFile | object) -> str:
    """The sentence, or empty for a file that was accepted."""
    try:
        check_pdf(file)  # type: ignore[arg-type]
    except UnfitFile as problem:
        return str(problem)
    return ""


def test_no_hostile_file_is_accepted() -> None:
    sentences, accepted, seen = {}, [], set()
    for kind, name, content in hostile():
        seen.add(hashlib.sha256(content).hexdigest())
        sentence = sentences[kind, name] = refusal(as_file(content))
        if not sentence:
            accepted.append((kind, name))
    assert accepted == []
    assert len(seen) >= 200
    assert {kind for kind, _name in sentences} == set(CLASSES)
    # what is wrong, and what to do: two sentences at least, the last one ends
    assert [name for name, text in sentences.items() if not text.endswith(".") or text.count(". ") < 1] == []


def test_the_sentence_fits_the_class() -> None:
    said = {(kind, name): refusal(as_file(content)) for kind, name, content in hostile()}
    assert {text for (kind, _name), text in said.items() if kind == "locked"} == {
        "PDF ini terkunci dengan kata sandi. Simpan tanpa kata sandi, lalu pilih lagi."
    }
    active = {text for (kind, _name), text in said.items() if kind == "active"}
    assert active == {
        "PDF ini memuat program, lampiran, atau formulir aktif. Cetak ulang ke PDF biasa, lalu pilih lagi."
    }
    assert "terpotong" in said["broken", "cut at 50 %"]
    assert "bukan PDF" in said["other", "a ZIP renamed"]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_too_large_is_not_even_read(size: int) -> None:
    file = too_large(size)
    assert "lebih dari 20 MB" in refusal(file)
    assert file.tell() == len(b"%PDF-1.7\n")
    file.close()


def test_good_files_are_accepted_as_they_are() -> None:
    files = good()
    assert len({hashlib.sha256(content).hexdigest() for content in files.values()}) >= 20
    assert {name: text for name, content in files.items() if (text := refusal(as_file(content)))} == {}
    for content in files.values():
        file = as_file(content)
        facts = check_pdf(file)
        assert (facts.sha256, facts.size) == (hashlib.sha256(content).hexdigest(), len(content))
        assert file.read() == content
