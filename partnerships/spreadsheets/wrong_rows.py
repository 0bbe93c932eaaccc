"""The rows of an old list that are wrong, as a sheet to correct and to import again."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.spreadsheets.old_lists import OldList
from toolkit.xlsx import Column

PROBLEM = Column("problem", gettext_lazy("Masalah"), kind="lines", width=60)


def wrong_columns(old_list: OldList) -> list[Column]:
    """Those of the sheet as it came, all as text, with what is wrong in front, so that it can be corrected and imported
    again."""
    known = [Column(column.key, column.label, width=column.width) for column in old_list.columns]
    written = {key for row in old_list.rows for key in row.written}
    others = [Column(label, label) for label in old_list.unknown if label != str(PROBLEM.label)]
    return [PROBLEM, *(column for column in known if column.key in written), *others]


def wrong_rows(old_list: OldList, columns: Sequence[Column]) -> Iterable[list[object]]:
    for row in old_list.wrong:
        said = [_("Baris %(n)d.") % {"n": row.number}]
        said += [f"{problem.column}: {problem.sentence}" for problem in row.problems]
        yield ["\n".join(said), *(row.written.get(column.key, "") for column in columns[1:])]
