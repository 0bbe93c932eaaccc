"""The house rules that linters and import contracts cannot see.

Each rule is a function from one file (its path in the repository, its text) to complaints, and stands beside a small
bad sample that it must catch: a rule that catches nothing would keep silent for ever."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
APPS = ["dashboard", "participants", "workshops", "partnerships", "outbox", "jobs", "units", "toolkit"]
HOUSE = [*APPS, "humas_portal"]
LEFT_ALONE = {"node_modules", "var", "__pycache__", "migrations", "test-results"}

Complaints = Iterator[str]
Check = Callable[[PurePosixPath, str], Complaints]


@dataclass(frozen=True)
class Rule:
    check: Check
    files: tuple[str, ...]
    bad: tuple[tuple[str, str], ...]


RULES: dict[str, Rule] = {}


def rule(*files: str, bad: Iterable[tuple[str, str]]) -> Callable[[Check], Check]:
    """Registers a rule for the files that match, with samples (path, text) each of which it must catch."""

    def register(check: Check) -> Check:
        RULES[check.__name__] = Rule(check, files, tuple(bad))
        return check

    return register


def role_of(path: PurePosixPath) -> str:
    """What a file of an app is: "actions" for units/actions.py and units/actions/offices.py, "" at the top."""
    return path.parts[1].removesuffix(".py") if len(path.parts) > 1 else ""


@cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def imported_names(text: str) -> set[str]:
    """Full names of all imports: `from django.core import mail` gives django.core and django.core.mail."""
    names: set[str] = set()
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def imports_any(text: str, packages: Iterable[str]) -> list[str]:
    return sorted(
        name for name in imported_names(text) for wanted in packages if name == wanted or name.startswith(f"{wanted}.")
    )


@cache
def calls(text: str) -> list[tuple[str, ast.Call]]:
    """Each call with its dotted name: "timezone.now", "render", "Unit.objects.get"."""
    return [(ast.unparse(node.func), node) for node in ast.walk(parsed(text)) if isinstance(node, ast.Call)]


def classes(text: str, *ends: str) -> Iterator[ast.ClassDef]:
    """Classes with a base whose name ends in one of `ends`."""
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.ClassDef):
            bases = [ast.unparse(base).split("[")[0] for base in node.bases]
            if any(base.endswith(end) for base in bases for end in ends):
                yield node


def inner_assignments(found: ast.ClassDef, inner: str = "Meta") -> Iterator[tuple[str, ast.expr]]:
    for node in found.body:
        if isinstance(node, ast.ClassDef) and node.name == inner:
            for line in node.body:
                if isinstance(line, ast.Assign):
                    yield from ((ast.unparse(target), line.value) for target in line.targets)


# --- names

EMPTY_NAMES = {"common", "core", "utils", "util", "helpers", "helper", "services", "service", "base", "misc", "lib"}


@rule("**/*.py", "**/*.js", bad=[("units/utils.py", ""), ("toolkit/helpers/dates.py", ""), ("static/js/common.js", "")])
def names_promise_something(path: PurePosixPath, text: str) -> Complaints:
    for part in path.parts:
        if part.partition(".")[0].lower() in EMPTY_NAMES:
            yield f"{part} promises nothing; name it after what it holds"


@rule(
    "**/*.py",
    "templates/**/*.html",
    "static/js/*.js",
    bad=[("units/views.py", "# TO" + "DO: later"), ("a.py", "# FIX" + "ME")],
)
def nothing_is_left_for_later(path: PurePosixPath, text: str) -> Complaints:
    for word in re.findall(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b", text):
        yield f"{word}: finish it, or write an issue"


@rule(*(f"{app}/**/*.py" for app in HOUSE), bad=[("units/views.py", "x = 1\n" * 600)])
def a_long_module_becomes_a_package(path: PurePosixPath, text: str) -> Complaints:
    if text.count("\n") > 500:
        yield f"{text.count(chr(10))} lines; split it by noun (at about 400)"


SPEAKING = {"actions", "letters", "documents", "spreadsheets", "tasks", "planners"}


@rule(*(f"{app}/**/*.py" for app in APPS), bad=[("units/actions.py", "x = 1"), ("units/actions/offices.py", "x = 1")])
def files_of_our_own_kind_say_their_job(path: PurePosixPath, text: str) -> Complaints:
    if role_of(path) in SPEAKING and text.strip() and ast.get_docstring(parsed(text)) is None:
        yield "the first line says what the file does"


# --- who may import what

# Package -> files that may import it, as patterns; an empty list means nobody.
IMPORTERS: dict[str, list[str]] = {
    "django.core.mail": [],
    "smtplib": ["outbox/delivery/smtp.py"],
    "celery": ["*/tasks.py", "*/tasks/*.py", "humas_portal/celery.py", "toolkit/doorbell.py"],
    "django.dispatch": [],
    "django.db.models.signals": [],
    "django.views.generic": [],
    "requests": [],
    "urllib.request": [],
    "http.client": [],
    "pickle": [],
    "openpyxl": [],
}


@rule(
    *(f"{app}/**/*.py" for app in HOUSE),
    bad=[
        ("units/actions.py", "from django.core.mail import send_mail"),
        ("units/actions.py", "from django.core import mail"),
        ("workshops/letters.py", "import smtplib"),
        ("units/views.py", "from celery import shared_task"),
        ("units/models.py", "from django.db.models.signals import post_save"),
        ("units/apps.py", "import django.dispatch"),
        ("units/views.py", "from django.views.generic import ListView"),
        ("units/actions.py", "import requests"),
    ],
)
def packages_are_imported_where_they_belong(path: PurePosixPath, text: str) -> Complaints:
    for package, places in IMPORTERS.items():
        if not any(path.match(place) for place in places):
            for name in imports_any(text, [package]):
                yield f"{name} may be imported only in {', '.join(places) or 'no file'}"


BELOW_PAGES = {"models", "actions", "letters", "documents", "tasks", "planners", "delivery", "registry", "access"}


@rule(
    *(f"{app}/**/*.py" for app in APPS),
    bad=[
        ("units/actions.py", "from django.http import HttpRequest"),
        ("units/models.py", "from django.shortcuts import redirect"),
        ("outbox/delivery/smtp.py", "from django.contrib import messages"),
    ],
)
def only_pages_know_of_requests(path: PurePosixPath, text: str) -> Complaints:
    if role_of(path) in BELOW_PAGES:
        for name in imports_any(text, ["django.http", "django.shortcuts", "django.contrib.messages", "django_htmx"]):
            yield f"{name} belongs to views"


@rule(
    *(f"{app}/**/*.py" for app in HOUSE),
    bad=[("units/views.py", "import os\nos.environ['X']"), ("units/a.py", "import os\nos.getenv('X')")],
)
def the_environment_is_read_in_one_place(path: PurePosixPath, text: str) -> Complaints:
    # Beside env.py, these three say which settings module is meant, as Django's own templates do.
    if str(path) not in {f"humas_portal/{name}.py" for name in ("env", "celery", "wsgi", "supervisor")}:
        for node in ast.walk(parsed(text)):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}:
                yield "os.environ: read it through humas_portal/env.py into a setting"


# --- time

EDGES = {"views", "tasks", "management", "admin", "templatetags", "middleware", "context", "errors", "doorbell"}
CLOCK = re.compile(r"(timezone\.(now|localdate|localtime)|(datetime\.)?(datetime|date)\.(now|utcnow|today)|time\.time)")
CLOCK_ALLOWED = {
    "units/models.py": "a unit's page and list ask whether it is closed today",
    "units/filters.py": "a filter form is made by a view and offers the day of today",
    "outbox/account_letters.py": "allauth calls the adapter as Django calls a view",
    "outbox/delivery/clock.py": "the clock of the delivery workers, given to everything below them",
    "units/login.py": "allauth calls the backend as Django calls a view",
    "humas_portal/sessions.py": "the middleware asks the store for the session of a request",
}


@rule(
    *(f"{app}/**/*.py" for app in HOUSE),
    bad=[
        ("units/actions.py", "from django.utils import timezone\nx = timezone.now()"),
        ("units/views.py", "import datetime\nx = datetime.datetime.now()"),
        ("workshops/letters.py", "x = timezone.localdate()"),
        ("workshops/letters.py", "x = date.today()"),
    ],
)
def the_clock_is_read_at_the_edge(path: PurePosixPath, text: str) -> Complaints:
    is_edge = role_of(path) in EDGES or str(path) in CLOCK_ALLOWED
    for name, call in calls(text):
        if CLOCK.fullmatch(name) and not call.args and not (is_edge and name.startswith(("timezone.", "time."))):
            yield f"{name}(): take `now` as an argument"


# --- tables and forms


@rule(
    "*/models.py",
    "*/models/*.py",
    bad=[("units/models.py", "class A(models.Model):\n class Meta:\n  ordering = ['x']")],
)
def no_table_has_an_order_of_its_own(path: PurePosixPath, text: str) -> Complaints:
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.ClassDef) and any(name == "ordering" for name, _value in inner_assignments(node)):
            yield f"{node.name}.Meta.ordering: say the order where the rows are asked for"


@rule(
    *(f"{app}/**/*.py" for app in APPS),
    bad=[
        ("units/models.py", "class A(models.Model):\n def save(self): ..."),
        ("units/forms.py", "class A(forms.ModelForm[B]):\n def save(self, commit=True): ..."),
        ("units/models.py", "class A(models.Model):\n def delete(self): ..."),
    ],
)
def saving_does_nothing_else(path: PurePosixPath, text: str) -> Complaints:
    for found in classes(text, "Model", "ModelForm"):
        for node in found.body:
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}:
                yield f"{found.name}.{node.name}: what changes stands in actions"


@rule(
    *(f"{app}/**/*.py" for app in APPS),
    bad=[
        ("units/forms.py", "class A(forms.ModelForm):\n class Meta:\n  fields = '__all__'"),
        ("units/filters.py", "class A(FilterSet):\n class Meta:\n  exclude = ['x']"),
    ],
)
def forms_name_their_fields(path: PurePosixPath, text: str) -> Complaints:
    for found in classes(text, "ModelForm", "FilterSet", "ModelResource"):
        for name, value in inner_assignments(found):
            if name == "exclude" or (name == "fields" and ast.unparse(value) == "'__all__'"):
                yield f"{found.name}.Meta.{name}: name each field a person may set"


# --- pages


@rule("*/views.py", "*/views/**/*.py", bad=[("units/views.py", "unit = get_object_or_404(Unit, pk=pk)")])
def a_view_finds_rows_through_what_its_reader_may_see(path: PurePosixPath, text: str) -> Complaints:
    for name, call in calls(text):
        first = call.args[0] if call.args else None
        is_bare = isinstance(first, ast.Name) and first.id[:1].isupper()
        if is_bare and name in {"get_object_or_404", "get_list_or_404"}:
            yield f"{ast.unparse(call)}: start from visible_to or editable_by"


def functions_of_views(app: str) -> set[str]:
    files = [*ROOT.glob(f"{app}/views.py"), *ROOT.glob(f"{app}/views/**/*.py"), *ROOT.glob(f"{app}/admin.py")]
    return {
        node.name
        for file in files
        for node in ast.walk(parsed(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }


@rule(
    *(f"templates/{app}/*.html" for app in APPS),
    bad=[("templates/units/no_such_view.html", ""), ("templates/workshops/form.html", "")],
)
def a_template_bears_the_name_of_its_view(path: PurePosixPath, text: str) -> Complaints:
    name = str(path.relative_to("templates"))
    is_frame = any(f'extends "{name}"' in other for place, other in repository().items() if place.suffix == ".html")
    views = functions_of_views(path.parts[1])
    # A view with several faces adds a word (home_national); one form may serve noun_create and noun_edit.
    is_form = path.stem.endswith("_form") and {path.stem[:-5] + "_create", path.stem[:-5] + "_edit"} & views
    if not (is_frame or is_form or any(path.stem == view or path.stem.startswith(f"{view}_") for view in views)):
        yield f"no view of {path.parts[1]} is called {path.stem}; parts of pages stand in partials/"


@rule(
    "templates/**/*.html",
    bad=[
        ("templates/units/unit_list.html", '<input value="{{ row.pk }}">'),
        ("templates/units/unit_list.html", '<p id="a-{{ copy.pk|default:"" }}">'),
        ("templates/units/unit_list.html", '<input value="{{ key }}">'),
    ],
)
def a_key_in_an_attribute_is_written_plainly(path: PurePosixPath, text: str) -> Complaints:
    """Django writes 1234 as 1.234: what comes back is no key. `|stringformat:"d"` says the number as it is."""
    for found in re.finditer(r'="[^"]*\{\{ [\w.]+\.pk(\|[^}]*)? \}\}|value="\{\{ key(\|[^}]*)? \}\}', text):
        if "stringformat" not in found[0]:
            yield f"a number for machines: {found[0]}"


@rule(
    "*/views.py",
    "*/views/**/*.py",
    bad=[
        ("units/views.py", "def a(r):\n return render(r, 'units/nowhere.html')"),
        ("units/views.py", "render(r, 'x/unit_list.html')"),
    ],
)
def a_view_renders_templates_that_exist(path: PurePosixPath, text: str) -> Complaints:
    for name, call in calls(text):
        for argument in call.args:
            if name.rpartition(".")[2] in {"render", "render_to_string", "TemplateResponse"} and isinstance(
                argument, ast.Constant
            ):
                template = str(argument.value).partition("#")[0]
                if template.endswith(".html") and not (ROOT / "templates" / template).is_file():
                    yield f"{template} does not exist"


@rule("templates/**/letters/*.subject.txt", bad=[("templates/units/letters/no_such_letter.subject.txt", "")])
def a_letter_has_a_subject_a_text_and_a_page(path: PurePosixPath, text: str) -> Complaints:
    for ending in (".txt", ".html"):
        beside = path.with_name(path.name.replace(".subject.txt", ending))
        if not (ROOT / beside).is_file():
            yield f"{beside.name} is missing"


INLINE = {
    r"<script(?![^>]*\bsrc=)[^>]*>": "a script inside the page",
    r"<style[\s>]": "a style sheet inside the page",
    r"\sstyle\s*=": "a style inside the page",
    r"""\son[a-z]+\s*=\s*["']""": "an event handler inside the page",
    r"\shx-on[:-]": "an event handler inside the page",
    r"javascript:": "a script address",
    r"""(?:src|href)\s*=\s*["'](?:https?:)?//[^"']+\.(?:js|css|woff2?)""": "a file from another host",
}


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", "", text, flags=re.DOTALL)


@rule(
    "templates/**/*.html",
    bad=[
        ("templates/units/a.html", "<script>x()</script>"),
        ("templates/units/a.html", '<p style="color: red">'),
        ("templates/units/a.html", "<style>p{}</style>"),
        ("templates/units/a.html", '<button onclick="x()">'),
        ("templates/units/a.html", '<a href="javascript:x()">'),
        ("templates/units/a.html", '<script src="https://cdn.test/x.js"></script>'),
        ("templates/units/letters/a.html", "<script>x()</script>"),
    ],
)
def templates_hold_no_script_and_no_style(path: PurePosixPath, text: str) -> Complaints:
    for pattern, what in INLINE.items():
        # A letter is read where no style sheet of ours can reach, so there the styles stand in the tags.
        if "letters" in path.parts and "style" in what:
            continue
        for found in re.findall(pattern, without_comments(text), flags=re.IGNORECASE):
            yield f"{what}: {found.strip()}"


@rule(
    "static/js/**/*.js",
    bad=[
        ("static/js/a.js", "eval('x')"),
        ("static/js/a.js", "box.innerHTML = answer"),
        ("static/js/a.js", "new Function('x')"),
    ],
)
def scripts_make_no_code_out_of_text(path: PurePosixPath, text: str) -> Complaints:
    for found in re.findall(
        r"\beval\(|new Function\(|\.(?:inner|outer)HTML\s*=|document\.write\(|insertAdjacentHTML", text
    ):
        yield f"{found}: text must stay text"


# --- words


@rule(
    *(f"{app}/**/*.py" for app in HOUSE),
    bad=[("outbox/shown.py", "from django.utils.translation import gettext_lazy as _lazy")],
)
def makemessages_finds_every_text(path: PurePosixPath, text: str) -> Complaints:
    """It knows these functions by their own names and by `_` alone; under another name a text is never translated."""
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for alias in node.names:
                if "gettext" in alias.name and alias.asname not in {None, "_"}:
                    yield f"{alias.asname} for {alias.name} hides its texts from makemessages"


def texts_for_people(path: PurePosixPath, text: str) -> Iterator[str]:
    if path.suffix == ".py":
        for name, call in calls(text):
            if name in {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}:
                yield from (str(a.value) for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
    else:
        yield from (found[1] for found in re.findall(r"""\{% translate (["'])(.*?)\1""", text))
        yield from re.findall(r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}", text, flags=re.DOTALL)


@rule(
    *(f"{app}/**/*.py" for app in HOUSE),
    "templates/**/*.html",
    "templates/**/*.txt",
    bad=[
        ("units/views.py", "_('Berhasil disimpan!')"),
        ("units/views.py", "_('Apakah anda yakin?')"),
        ("templates/units/a.html", "{% translate 'Halo kamu' %}"),
        ("templates/units/a.html", "{% blocktranslate trimmed %}Selamat datang!{% endblocktranslate %}"),
    ],
)
def texts_are_formal_and_calm(path: PurePosixPath, text: str) -> Complaints:
    for words in texts_for_people(path, text):
        if "!" in words or re.search(r"\b(anda|kamu|silahkan)\b", words):
            yield f"{words.strip()!r}: formal Indonesian, Anda, no exclamation mark"


# Written in two halves, so that this file does not hold what it looks for.
ADDRESSES = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry.npmjs" + ".org",
    "registry.yarnpkg" + ".com",
    "(?<!emit-)index-" + "url",
    "extra-" + "index",
    "/wo" + "rk/",
    "/ro" + "ot/",
    "/home/" + "[a-z]",
    "/Users/" + "[a-z]",
]


@rule(
    "**/*",
    bad=[
        ("requirements/base.txt", "--index-" + "url https://x"),
        ("package-lock.json", '"resolved": "https://registry.npmjs' + '.org/x"'),
        ("README.md", "see /wo" + "rk/main"),
    ],
)
def no_registry_and_no_path_of_a_machine(path: PurePosixPath, text: str) -> Complaints:
    for address in ADDRESSES:
        if re.search(address.replace(".", r"\."), text):
            yield f"names {address}"


# --- all files against all rules


@cache
def repository() -> dict[PurePosixPath, str]:
    """Text files of the repository with their content."""
    found: dict[PurePosixPath, str] = {}
    for folder, folders, names in ROOT.walk() if hasattr(ROOT, "walk") else walk(ROOT):
        # Folders with a dot are tools' own (.venv, .git, caches), but for the gate.
        folders[:] = [name for name in folders if name not in LEFT_ALONE and (name[0] != "." or name == ".ci")]
        for name in names:
            file = folder / name
            try:
                found[PurePosixPath(file.relative_to(ROOT).as_posix())] = file.read_text(encoding="utf-8")
            except (UnicodeDecodeError, FileNotFoundError):
                continue
    return found


def walk(root: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Path.walk, which came with Python 3.12."""
    inside = sorted(root.iterdir())
    folders = [path.name for path in inside if path.is_dir()]
    yield root, folders, [path.name for path in inside if path.is_file()]
    for name in folders:
        yield from walk(root / name)


@cache
def pattern_of(glob: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*)", glob)
    return re.compile("".join({"**/": "(?:.+/)?", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts))


def concerns(found: Rule, path: PurePosixPath) -> bool:
    return any(pattern_of(glob if glob != "**/*" else "**/*").fullmatch(str(path)) for glob in found.files)


@pytest.mark.parametrize("name", RULES)
def test_the_house_keeps_the_rule(name: str) -> None:
    found = RULES[name]
    assert [
        f"{path}: {complaint}"
        for path, text in repository().items()
        if concerns(found, path)
        for complaint in found.check(path, text)
    ] == []


@pytest.mark.parametrize(
    ("name", "path", "text"),
    [(name, path, text) for name, found in RULES.items() for path, text in found.bad],
)
def test_the_rule_catches_what_breaks_it(name: str, path: str, text: str) -> None:
    found = RULES[name]
    assert list(found.check(PurePosixPath(path), text)) != []


def test_every_rule_concerns_files_and_has_a_sample() -> None:
    for name, found in RULES.items():
        assert found.bad, name
        assert all(concerns(found, PurePosixPath(path)) or name.startswith("nothing") for path, _text in found.bad), (
            name
        )


# --- what only the running project can tell


def misnamed(app: str, model: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith(f"{app}_{model}_")]


def test_constraints_are_named_after_app_model_and_fact() -> None:
    wrong = [
        name
        for model in apps.get_models()
        if model._meta.app_label in APPS and not model.__name__.startswith("Historical")
        for name in misnamed(
            model._meta.app_label, str(model._meta.model_name), [c.name for c in model._meta.constraints]
        )
    ]
    assert wrong == []
    assert misnamed("units", "unit", ["units_unit_once", "unit_once", "units_unitname_once"]) == [
        *["unit_once", "units_unitname_once"]
    ]


def own_urls(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for found in patterns:
        if isinstance(found, URLResolver):
            yield from own_urls(found.url_patterns)
        elif getattr(found.callback, "__module__", "").partition(".")[0] in APPS:
            yield found


def test_an_url_bears_the_name_of_its_view() -> None:
    wrong = [
        f"{found.name} calls {found.callback.__name__}"
        for found in own_urls(get_resolver().url_patterns)
        if found.name != found.callback.__name__ and "admin" not in found.callback.__module__
    ]
    assert wrong == []


def settings_read(text: str) -> set[str]:
    """Names of environment variables that a file asks `env` for."""
    return {
        str(call.args[0].value)
        for name, call in calls(text)
        if name.startswith("env.") and call.args and isinstance(call.args[0], ast.Constant)
    }


def test_every_setting_is_explained_and_every_explanation_has_its_setting() -> None:
    files = repository()
    read = {
        name
        for path, text in files.items()
        if path.suffix == ".py" and path.parts[0] == "humas_portal"
        for name in settings_read(text)
    }
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", files[PurePosixPath("docs/operations.md")], flags=re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"[A-Z_]+", row)} == read
    assert settings_read("x = env.number('A', 1)\nenv.text(name)\nother.text('B')") == {"A"}


def test_every_link_between_our_documents_leads_somewhere() -> None:
    broken = [
        f"{path}: {target}"
        for path, text in repository().items()
        if path.suffix == ".md"
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
        if not (ROOT / path.parent / target).exists()
    ]
    assert broken == []
