"""Records of a CSV stream with the physical line each begins on.

A bad record costs only itself: an open quotation mark does not swallow the rest of the file, a line of two
megabytes is not kept in memory, and letters that are not UTF-8 stop the reading with a plain message.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from exchange.problems import BadLine, FileRefused, problem

MAX_LINES = 200_000
MAX_LINE_CHARS = 32_768
# A cell may hold line breaks (an address, a list of codes). More than this is a forgotten quotation mark.
MAX_LINES_IN_RECORD = 40
DELIMITERS = ",;\t|"
SAMPLE = 16 * 1024
BLOCK = 64 * 1024
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record; `line` is the physical line where it begins, counted from 1."""

    line: int
    cells: tuple[str, ...]


def records(stream: BinaryIO, *, delimiter: str | None = None, file: str = "") -> Iterator[Record | BadLine]:
    """Every record but bare line breaks. Raises FileRefused for text that is not UTF-8 and for too many lines."""
    physical = _Physical(stream)
    try:
        yield from _records(physical, delimiter or _delimiter(physical), file)
    finally:
        physical.let_go()


def count(stream: BinaryIO) -> int:
    """Physical lines, without looking at them: what a progress bar counts towards."""
    total, last = 0, b"\n"
    while block := stream.read(BLOCK):
        total += block.count(b"\n")
        last = block[-1:]
    return total + (last != b"\n")


def _records(physical: "_Physical", delimiter: str, file: str) -> Iterator[Record | BadLine]:
    reader = csv.reader(physical, delimiter=delimiter, strict=True)
    while True:
        physical.begin()
        try:
            cells = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error:
            yield physical.give_up(file)
            continue
        if physical.cut:
            yield physical.give_up(file)
        elif cells:
            yield Record(physical.first, cells)


def _delimiter(physical: "_Physical") -> str:
    """The sign that parts the header best: headers are words, so a plain count decides."""
    header = physical.peek()
    best = max(DELIMITERS, key=header.count)
    return best if best in header else ","


class _Physical:
    """Physical lines for csv.reader; remembers those of the current record so that it can be given up."""

    def __init__(self, stream: BinaryIO) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8", errors="strict", newline="")
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._number = 0
        self._seen = 0
        self.first = 1

    @property
    def cut(self) -> bool:
        return any(len(line) > MAX_LINE_CHARS for line in self._taken)

    def begin(self) -> None:
        self._taken = []
        self.first = self._number + 1

    def let_go(self) -> None:
        """The stream belongs to the caller: a forgotten text wrapper would close it."""
        if not self._text.closed:
            self._text.detach()

    def peek(self) -> str:
        line = self._read()
        self._again.appendleft(line)
        return line

    def __iter__(self) -> "_Physical":
        return self

    def __next__(self) -> str:
        if len(self._taken) >= MAX_LINES_IN_RECORD:
            raise StopIteration
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self._number += 1
        if self._number > MAX_LINES:
            raise FileRefused("too_many_lines", limit=MAX_LINES)
        self._taken.append(line)
        return line

    def give_up(self, file: str) -> BadLine:
        """Only the first line of the record is lost; the others are read again as records of their own."""
        first, *others = self._taken or [""]
        self._again.extendleft(reversed(others))
        self._number -= len(others)
        too_long = len(first) > MAX_LINE_CHARS
        why = problem("line_too_long", limit=MAX_LINE_CHARS) if too_long else problem("quotes")
        return BadLine(self.first, why, (first.rstrip("\r\n")[:MAX_LINE_CHARS],), file)

    def _read(self) -> str:
        """One line, at most a little longer than allowed; the rest of a longer one is skipped unread."""
        try:
            line = self._text.readline(MAX_LINE_CHARS + 1)
            if len(line) > MAX_LINE_CHARS and not line.endswith("\n"):
                self._skip_to_line_end()
        except UnicodeDecodeError as error:
            # The text is decoded a block ahead of the lines handed out.
            inside = error.object[: error.start].count(b"\n")
            raise FileRefused("not_utf8", line=self._seen + inside + 1) from error
        self._seen += 1
        return line.removeprefix(BOM) if self._seen == 1 else line

    def _skip_to_line_end(self) -> None:
        while (rest := self._text.readline(SAMPLE)) and not rest.endswith("\n"):
            pass
