"""What the data can say about how far the preparation of a workshop is, each fact under its name.

A fact brings what must be counted as annotations of `Workshop`, so that all facts of any number of workshops cost one
statement. Facts that live in apps above are registered by them in `AppConfig.ready()`, as planners are."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from workshops.models import Workshop


@dataclass(frozen=True)
class Finding:
    """Whether a fact holds, and in words how far it is: `33 undangan terkirim`, `3 dari 5 narasumber bersedia`; empty
    where there is nothing to say yet."""

    is_true: bool
    words: str = ""


@dataclass(frozen=True)
class Fact:
    """`counts` are annotations by a name of their own (prefixed with the fact's name); `judge` reads them from the
    workshop and its own columns and queries nothing. `url_name`, with the workshop's key, is where it is done."""

    name: str
    label: "str | _StrPromise"
    url_name: str
    judge: "Callable[[Workshop, Mapping[str, Any]], Finding]"
    counts: Mapping[str, Any] = field(default_factory=dict)


_facts: dict[str, Fact] = {}


def register_fact(fact: Fact) -> None:
    """The same name again replaces the first."""
    _facts[fact.name] = fact


def facts() -> list[Fact]:
    """In the order in which they were registered: the way a workshop goes."""
    return list(_facts.values())


def fact_named(name: str) -> Fact | None:
    """None for a fact that no app tells (any more): such an item is done by hand."""
    return _facts.get(name)


def counted(rows: QuerySet[Any], group: str, *, distinct: str = "pk") -> Coalesce:
    """How many `rows` belong to the outer row, each `distinct` once; 0 for none."""
    numbers = rows.order_by().values(group).annotate(n=Count(distinct, distinct=distinct != "pk")).values("n")
    return Coalesce(Subquery(numbers, output_field=IntegerField()), 0)


def findings(workshops: "QuerySet[Workshop]", names: Iterable[str]) -> dict[tuple[int, str], Finding]:
    """What the facts of these names say of the workshops, by key and name; one statement, none for no known name."""
    wanted = [fact for name in sorted(set(names)) if (fact := _facts.get(name)) is not None]
    if not wanted:
        return {}
    annotations = {f"{fact.name}_{part}": count for fact in wanted for part, count in fact.counts.items()}
    found = {}
    for row in workshops.annotate(**annotations):
        for fact in wanted:
            counts = {part: getattr(row, f"{fact.name}_{part}") for part in fact.counts}
            found[row.pk, fact.name] = fact.judge(row, counts)
    return found
