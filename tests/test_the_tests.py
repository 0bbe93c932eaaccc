"""The tests' own promises: what is missing on a machine is named or fails, an undefined template variable raises."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.template import Context, Engine

from tests.template_guard import UndefinedTemplateVariable, UndefinedVariable

SERVERS = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "CI_REQUIRE_SERVERS", "PYTEST_ADDOPTS")


@pytest.mark.parametrize(
    ("demanded", "code", "words"),
    [
        ({}, 0, "1 tests: needs Redis (set CELERY_BROKER_URL and CACHE_URL)"),
        ({"CI_REQUIRE_SERVERS": "1"}, 1, "needs Redis (set CELERY_BROKER_URL and CACHE_URL)\n"),
    ],
)
def test_a_missing_server_is_named_and_where_it_is_demanded_fails(
    demanded: dict[str, str], code: int, words: str
) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in SERVERS}
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/humas_portal/test_celery.py",
            "-k",
            "of_redis",
        ],
        env=kept | demanded,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code, ran.stdout
    assert words in ran.stdout


def test_an_undefined_variable_in_a_template_of_ours_raises(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "theirs").mkdir()
    (tmp_path / "ours" / "page.html").write_text("{% if not_there %}x{% endif %}{% include 'part.html' %}")
    (tmp_path / "ours" / "part.html").write_text("<p>{{ person.nmae }}</p>")
    (tmp_path / "theirs" / "widget.html").write_text("<p>{{ title }}</p>")
    engine = Engine(
        dirs=[tmp_path / "ours", tmp_path / "theirs"],
        string_if_invalid=UndefinedVariable(str(tmp_path / "ours")),
    )
    with pytest.raises(UndefinedTemplateVariable, match=r"person\.nmae .* is undefined in .*part\.html"):
        engine.get_template("page.html").render(Context({"person": object()}))
    assert engine.get_template("widget.html").render(Context()) == "<p></p>"
