"""./portal where something is missing or wrong: one sentence, and nothing made. What it does when all is well is tried
by the gate, which begins with it."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a clone as the script reads before it has a Python, and a PATH without one."""
    shutil.copy(ROOT / "portal", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "cat", "cksum", "cut", "dirname", "rm"):
        (tools / name).symlink_to(str(shutil.which(name)))
    return tmp_path


def portal(checkout: Path, *words: str, **variables: str) -> tuple[int, str]:
    ran = subprocess.run(
        [checkout / "portal", *words],
        env={"PATH": str(checkout / "tools")} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not (checkout / ".venv").exists()
    return ran.returncode, ran.stdout + ran.stderr


def test_a_machine_without_python_is_told_what_to_install(checkout: Path) -> None:
    code, said = portal(checkout, "demo")
    assert code == 2
    assert said.startswith("portal: found no Python 3.11 or newer with the venv module.")
    assert said.rstrip().endswith("PYTHON=/path/to/python3.12 ./portal demo")


def test_a_python_that_does_not_fit_is_refused(checkout: Path) -> None:
    code, said = portal(checkout, "test", PYTHON="/bin/false")
    assert code == 2
    assert "PYTHON names /bin/false, which is not Python 3.11 or newer with the venv module." in said


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PORT": "eighty"}, "PORT must be a number, not 'eighty'."),
        ({"SITE_URL": "https://portal.test"}, "demo makes accounts with known passwords"),
    ],
)
def test_demo_refuses_what_it_cannot_be_meant_for(checkout: Path, variables: dict[str, str], sentence: str) -> None:
    code, said = portal(checkout, "demo", **variables)
    assert code == 2
    assert sentence in said


def test_an_unknown_word_shows_the_words_there_are(checkout: Path) -> None:
    code, said = portal(checkout, "dmeo")
    assert code == 2
    assert "there is no 'dmeo'." in said
    assert "./portal demo" in said
    assert portal(checkout)[0] == 0
