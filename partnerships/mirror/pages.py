"""Pages of the portal as files whose links hold without it, and the style sheets and fonts they need."""

import re
from pathlib import Path
from posixpath import dirname, normpath, relpath
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse

from partnerships.mirror.tree import Tree

LINK = re.compile(r'\b(href|src|action)="(/[^"]*)"')
CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")


def write_page(tree: Tree, name: str, template: str, facts: dict[str, Any], *, copy: str = "") -> None:
    text = render_to_string(template, facts)

    def moved(found: re.Match[str]) -> str:
        target = _place(found[2], tree, copy)
        if target.startswith(("http:", "https:")):
            return f'{found[1]}="{target}"'
        return f'{found[1]}="{relpath(target, dirname(name) or ".")}"'

    tree.put(name, LINK.sub(moved, text).encode())
    tree.tally.n_pages += 1


def _place(address: str, tree: Tree, copy: str) -> str:
    """Where an address of the portal stands in the tree; what the mirror does not hold stays at the portal."""
    path = address.partition("?")[0].partition("#")[0]
    static = settings.STATIC_URL if settings.STATIC_URL.startswith("/") else f"/{settings.STATIC_URL}"
    if path.startswith(static):
        tree.assets.add(path.removeprefix(static))
        return f"static/{path.removeprefix(static)}"
    home = reverse("agreement_public_list")
    if not path.startswith(home):
        return path.lstrip("/") if (tree.root / path.lstrip("/")).suffix == ".html" else f"{settings.SITE_URL}{path}"
    rest = path.removeprefix(home)
    if rest in {"", "data/"}:
        return f"{rest}index.html"
    if found := re.fullmatch(r"(\d+)/", rest):
        return f"naskah/{found[1]}.html"
    return copy if rest.endswith("/salinan/") else rest


def write_assets(tree: Tree) -> None:
    """Style sheets, fonts, pictures and scripts that the pages name, and what those name in turn."""
    waiting, done = sorted(tree.assets), set()
    while waiting:
        name = waiting.pop()
        source = _static_file(name)
        if name in done or source is None:
            continue
        done.add(name)
        content = source.read_bytes()
        tree.put(f"static/{name}", content)
        if name.endswith(".css"):
            for found in CSS_URL.findall(content.decode("utf-8")):
                if not found.startswith(("data:", "http:", "https:", "//", "#")):
                    path = found.partition("?")[0].partition("#")[0]
                    waiting.append(normpath(f"{dirname(name)}/{path}"))


def _static_file(name: str) -> Path | None:
    collected = Path(settings.STATIC_ROOT) / name
    if collected.is_file() and not settings.DEBUG:
        return collected
    found = finders.find(name)
    return Path(str(found)) if found else (collected if collected.is_file() else None)
