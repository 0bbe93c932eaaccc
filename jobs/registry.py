"""What kinds of work there are. A higher app registers its own when it is ready; this one knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from jobs.actions.working import Work
    from jobs.models import Job


class KindIsUnknown(LookupError):
    """No app has registered a kind of this name."""


@dataclass(frozen=True)
class Outcome:
    """What came of a job: one sentence, and a file of the work's folder for its owner where there is one."""

    summary: str = ""
    file: Path | None = None
    filename: str = ""


@dataclass(frozen=True)
class Kind:
    """`run` may be started again from the beginning at any moment, so each of its steps is safe to repeat. `allows`
    says who may start it, have it run and fetch its result: asked each time, for rights may be withdrawn meanwhile.
    `back` is the page that the work was started from; a sensitive result is handed out shortly after signing in."""

    name: str
    label: "str | Promise"
    run: "Callable[[Work], Outcome]"
    allows: Callable[[Any], bool] = field(default=lambda user: True)
    back: "Callable[[Job], str]" = field(default=lambda job: "")
    result_days: int = 7
    is_sensitive: bool = False


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kind_of(name: str) -> Kind:
    if name not in _kinds:
        raise KindIsUnknown(name)
    return _kinds[name]
