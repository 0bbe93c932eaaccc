"""Lists of agreements by unit, kind and year of signing."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import ExtractYear

from partnerships.mirror.pages import write_page
from partnerships.mirror.tree import Tree
from partnerships.models import Agreement, AgreementKind, AgreementQuerySet
from partnerships.public_facts import parties_line, with_public_facts, years_of
from partnerships.public_filters import owners
from units.models import Level

PER_LIST = 200


@dataclass(frozen=True)
class Member:
    """One list of the mirror: rows with the same Kanwil, kind or year."""

    key: str
    label: str
    n: int
    condition: Q


def unit_groups() -> list[Member]:
    counts = dict(
        Agreement.objects.public().order_by().values_list("owner_unit__path").annotate(n=Count("pk")).values_list(
            "owner_unit__path", "n"
        )
    )  # fmt: skip
    found = []
    for unit in owners():
        stands_alone = unit.level in {Level.MINISTRY, Level.ECHELON1}
        paths = [path for path in counts if (path == unit.path if stands_alone else path.startswith(unit.path))]
        condition = Q(owner_unit=unit) if stands_alone else Q(owner_unit__path__startswith=unit.path)
        if paths:
            found.append(Member(str(unit.pk), unit.short_name, sum(counts[path] for path in paths), condition))
    return found


def kind_groups() -> list[Member]:
    rows = Agreement.objects.public().order_by().values_list("agreement_type").annotate(n=Count("pk"))
    counts = dict(rows.values_list("agreement_type", "n"))
    return [
        Member(kind.code, str(kind), counts[kind.code], Q(agreement_type=kind))
        for kind in AgreementKind.objects.order_by("position", "name")
        if kind.code in counts
    ]


def year_groups() -> list[Member]:
    rows = Agreement.objects.public().exclude(signed_on=None).annotate(year=ExtractYear("signed_on")).order_by()
    counts = rows.values_list("year").annotate(n=Count("pk")).values_list("year", "n")
    return [Member(str(year), str(year), n, Q(signed_on__year=year)) for year, n in sorted(counts, reverse=True)]


def row_of(agreement: Agreement) -> dict[str, Any]:
    return {"agreement": agreement, "parties": parties_line(agreement), "years": years_of(agreement)}


def write_lists(tree: Tree, slug: str, heading: str, member: Member) -> None:
    found: AgreementQuerySet = Agreement.objects.public().filter(member.condition)
    rows = with_public_facts(found).order_by("-signed_on", "-pk")
    n_pages = max(1, -(-member.n // PER_LIST))

    def name(number: int) -> str:
        return f"{slug}/{member.key}{'' if number == 1 else f'-{number}'}.html"

    for number in range(1, n_pages + 1):
        shown = rows[(number - 1) * PER_LIST : number * PER_LIST]
        facts = {
            "heading": heading,
            "label": member.label,
            "n": member.n,
            "rows": [row_of(agreement) for agreement in shown],
            "number": number,
            "n_pages": n_pages,
            "previous": f"/{name(number - 1)}" if number > 1 else "",
            "next": f"/{name(number + 1)}" if number < n_pages else "",
        }
        write_page(tree, name(number), "partnerships/mirror/group.html", facts)
