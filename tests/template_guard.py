"""An undefined variable in a template of ours fails the test that rendered it."""

import inspect
from typing import Any


class UndefinedTemplateVariable(Exception):
    """A template prints a name that its view does not give."""


class UndefinedVariable(str):
    """Value of `string_if_invalid`: Django asks it whether it holds "%s" and then formats the missing name into it.

    Templates of other packages keep Django's silent empty text; those under `folder` raise."""

    __slots__ = ("folder",)

    folder: str

    def __new__(cls, folder: str) -> "UndefinedVariable":
        self = super().__new__(cls, "%s")
        self.folder = folder
        return self

    def __mod__(self, name: Any) -> str:
        origin = rendering_template()
        if origin.startswith(self.folder):
            raise UndefinedTemplateVariable(f"{{{{ {name} }}}} is undefined in {origin}")
        return ""


def rendering_template() -> str:
    """File of the node that is rendered just now, found in the frames above; "" when there is none."""
    frame = inspect.currentframe()
    while frame is not None:
        node = frame.f_locals.get("self")
        origin = getattr(node, "origin", None)
        if frame.f_code.co_name in {"render", "render_annotated"} and origin is not None:
            return str(origin)
        frame = frame.f_back
    return ""
