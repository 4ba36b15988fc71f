"""The heads of all chains in a file, kept where nobody who can change the database can change it.

JSON lines: the name of the format, one head for each student, and how many there are, so that a cut file shows.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import from_json

FORMAT = "passerelle-ledger-heads/1"
Number = Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid", strict=True))
class Head:
    """The last row of a student's chain on the day of the export."""

    student: Number
    sequence: Number
    hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Unusable(Exception):
    """A file that cannot be read or written; the text says which line and why."""


_HEAD = TypeAdapter(Head)


def read(path: Path) -> dict[int, Head]:
    """The heads by student. Raises `Unusable` for anything that `Writer` would not have written."""
    try:
        first, *body, last, end = path.read_bytes().split(b"\n")
    except OSError as problem:
        raise Unusable(f"{path} cannot be read: {problem.strerror}.") from None
    except ValueError:
        raise Unusable(f"{path} is no file of heads, or its end is missing.") from None
    if _as_json(first) != {"format": FORMAT}:
        raise Unusable(f'{path}, line 1: must be {{"format": "{FORMAT}"}}.')
    if end or _as_json(last) != {"heads": len(body)}:
        raise Unusable(f'{path}, line {len(body) + 2}: must be {{"heads": {len(body)}}} and the end; the file is cut.')
    return _by_student(path, body)


class Writer:
    """Writes heads to a new file, which stays only when the block ends well."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0

    def __enter__(self) -> "Writer":
        try:
            self.file = self.path.open("x", encoding="ascii", newline="\n")
        except OSError as problem:
            raise Unusable(f"{self.path} cannot be written: {problem.strerror}.") from None
        self._line({"format": FORMAT})
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None:
            self._line({"heads": self.count})
        self.file.close()
        if kind is not None:
            self.path.unlink()

    def note(self, head: Head) -> None:
        self._line(asdict(head))
        self.count += 1

    def _line(self, what: dict) -> None:
        self.file.write(json.dumps(what) + "\n")


def _by_student(path: Path, lines: list[bytes]) -> dict[int, Head]:
    heads: dict[int, Head] = {}
    for number, line in enumerate(lines, 2):
        try:
            head = _HEAD.validate_json(line)
        except ValidationError as problem:
            first = problem.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "the line"
            raise Unusable(f"{path}, line {number}: {place}: {first['msg']}.") from None
        if heads.setdefault(head.student, head) is not head:
            raise Unusable(f"{path}, line {number}: student {head.student} is there twice.")
    return heads


def _as_json(line: bytes) -> object:
    try:
        return from_json(line)
    except ValueError:
        return None
