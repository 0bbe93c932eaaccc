"""Settings of the tests: those of the portal, with files in a folder of the run and a fast password hash."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "VAR_DIR" not in os.environ:
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="portal-test-")
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
# Workers side by side keep their files apart; what they start inherits the folder.
if os.environ.get("PYTEST_XDIST_WORKER", "") not in {"", Path(os.environ["VAR_DIR"]).name}:
    os.environ["VAR_DIR"] = str(Path(os.environ["VAR_DIR"]) / os.environ["PYTEST_XDIST_WORKER"])
    Path(os.environ["VAR_DIR"]).mkdir(exist_ok=True)

from humas_portal.settings import *
from tests.template_guard import UndefinedVariable

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable(str(Path(BASE_DIR) / "templates"))
LOGGING["root"]["level"] = "WARNING"
ACCESS_TABLE_STRICT = True
