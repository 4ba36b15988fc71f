"""What can be wrong with a file or a line, in words a school secretary understands.

Stored as a code and its values, never as a sentence: the page and the error file speak the reader's language.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

TEXTS = {
    # The whole file is refused; nothing of it is read further.
    "empty_file": _("This file is empty."),
    "too_big": _("This file is too big. The limit is %(limit)s MB."),
    "too_big_unpacked": _("This file is far too big once it is unpacked. The limit is %(limit)s MB."),
    "too_many_lines": _("This file has more than %(limit)s lines. Split it into smaller files."),
    "not_utf8": _(
        "Line %(line)s has letters that cannot be read. "
        "The file is not saved as UTF-8. In Excel, choose “Save as” and then “CSV UTF-8”."
    ),
    "utf16": _("This file is saved as Unicode text (UTF-16). In Excel, choose “Save as” and then “CSV UTF-8”."),
    "old_excel": _("This is an older Excel or Word file. Open it in Excel, choose “Save as” and then “CSV UTF-8”."),
    "wrong_kind_csv": _("This is not a table. Please choose a CSV file or an Excel file (.xlsx)."),
    "zip_for_table": _("This is a zip file. A list of employers is a CSV file or an Excel file (.xlsx)."),
    "roster_not_zip": _("This is not a zip file. A roster is a OneRoster zip file from your school system."),
    "workbook_for_roster": _("This is an Excel file. A roster is a OneRoster zip file from your school system."),
    "zip_damaged": _("This zip file is damaged, or it is not what it says it is. Please export it again."),
    "zip_locked": _("This zip file has a password. Please export it without a password."),
    "zip_twice": _("This zip file has two files with the name %(file)s."),
    "xlsx_damaged": _("This Excel file cannot be opened. Please save it again, or save it as “CSV UTF-8”."),
    "no_header": _(
        "The first line must hold the names of the columns, for example: %(example)s. The first line here is: %(found)s"
    ),
    "column_missing": _("The file has no column “%(column)s”. The columns found are: %(found)s"),
    "column_twice": _("Two columns say the same: “%(first)s” and “%(second)s”. Please keep one of them."),
    "file_gone": _("The file is no longer there. Please choose it again."),
    "broken": _("Something went wrong here, not in your file. Nothing was changed. Please try again later."),
    "no_lines": _("The file has column names but no lines below them."),
    "file_missing": _("The zip file has no %(file)s. It does not look like a OneRoster export."),
    "file_column_missing": _("In %(file)s the column %(column)s is missing."),
    "version_unknown": _("This is OneRoster version %(version)s. Versions 1.1 and 1.2 can be read."),
    "no_school": _("The file names no school."),
    "other_schools": _("The file holds several schools (%(schools)s). None of them is called %(school)s."),
    # One line is refused; the others go in.
    "empty_line": _("The line is empty."),
    "cells_too_many": _("The line has %(found)s cells, but there are only %(expected)s columns."),
    "cells_too_few": _("The line has only %(found)s cells, but there are %(expected)s columns."),
    "line_too_long": _("The line is too long (more than %(limit)s characters)."),
    "quotes": _("A quotation mark in this line is never closed, or stands in the wrong place."),
    "hidden_character": _("The line has a hidden character that cannot be stored."),
    "formula": _("“%(column)s” begins like a formula. Please type the text itself."),
    "missing": _("“%(column)s” is empty."),
    "too_long": _("“%(column)s” has %(found)s characters. The limit is %(limit)s."),
    "bad_email": _("“%(value)s” is not an e-mail address."),
    "bad_number": _("“%(value)s” is not a register number."),
    "bad_sector": _("“%(value)s” is not a sector code."),
    "bad_size": _("“%(value)s” is not a number of staff. Write for example 12, 10 to 49 or 250 or more."),
    "bad_coordinate": _("“%(value)s” is not a possible value for “%(column)s” (from %(low)s to %(high)s)."),
    "half_position": _("A position needs both latitude and longitude."),
    "same_reference": _("The reference %(value)s was already used in line %(line)s."),
    "same_id": _("The identifier of this line was already used in line %(line)s."),
    "bad_date": _("“%(value)s” is not a date. Write it as year-month-day, for example 2008-05-31."),
    "bad_birth_date": _("%(value)s cannot be the birth date of a student."),
    "bad_role": _("“%(value)s” is not a role that OneRoster knows."),
    "teacher_email": _("A teacher needs an e-mail address to sign in."),
    "same_email": _("The e-mail address %(value)s was already used in line %(line)s."),
    "email_taken": _("The e-mail address %(value)s already belongs to somebody else here."),
    "unknown_person": _("This line names a person who is not in the file."),
    "unknown_class": _("This line names a class that is not in the file."),
    "unknown_org": _("This line names a school that is not in the file."),
    "refused_person": _("The person in this line could not be taken over. See that person's own line."),
    "left_out": _("The person or the class of this line was left out."),
    "refused_class": _("The class in this line could not be taken over. See the class's own line."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A code of TEXTS and the values its sentence needs."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(TEXTS[self.code]) % self.values


def problem(code: str, **values: Any) -> Problem:
    """A problem with its values; raises KeyError for a code without a sentence."""
    TEXTS[code]
    return Problem(code, values)


class FileRefused(Exception):
    """The whole file is refused. Carries the problem to show."""

    def __init__(self, code: str, **values: Any) -> None:
        self.problem = problem(code, **values)
        super().__init__(code)

    def __str__(self) -> str:
        return str(self.problem)


class ColumnsUnclear(FileRefused):
    """Which column holds what cannot be told from the first line; a person can say it."""


class BadCell(Exception):
    """One line is refused. Raised by the small readers of cells, caught once per line."""

    def __init__(self, code: str, **values: Any) -> None:
        self.problem = problem(code, **values)
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that does not go in: where it stands, why, and its cells as they were."""

    line: int
    problem: Problem
    cells: tuple[str, ...]
    file: str = ""
