"""How what a person types about a programme is read, and until when a guardian stands behind a student."""

import re
from datetime import date, timedelta

_HOURS = re.compile(r"(\d{1,5})\s*(?:h|hours?|heures?|:)?\s*([0-5]?\d)?\s*(?:min(?:utes)?)?", re.IGNORECASE)
_NUMBERS = re.compile(r"\s*\(\s*(\d+(?:\s*,\s*\d+)*)\s*\)\s*$")


def minutes_of(text: str) -> int:
    """'315' and '315 h' are 18 900 minutes, '315 h 30' and '315:30' are 18 930. Raises ValueError otherwise."""
    found = _HOURS.fullmatch(text.strip())
    if not found or (found[2] and re.fullmatch(r"\d+", text.strip())):
        raise ValueError(text)
    return int(found[1]) * 60 + int(found[2] or 0)


def lines(text: str) -> list[str]:
    """The lines that say something, each once, in their order."""
    return list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))


def task_of(line: str) -> tuple[str, tuple[int, ...]]:
    """'Change brake pads (1, 3)' is the task and the numbers of its outcomes; without numbers none are named."""
    found = _NUMBERS.search(line)
    if not found:
        return line, ()
    return line[: found.start()], tuple(int(number) for number in found[1].split(","))


def task_line(title: str, numbers: list[int], outcomes: int) -> str:
    """The line that `task_of` reads back; a task that shows all outcomes of its unit needs no numbers."""
    if not numbers or len(numbers) == outcomes:
        return title
    return f"{title} ({', '.join(map(str, sorted(numbers)))})"


def last_day_as_minor(birth_date: date | None) -> date | None:
    """The day before turning 18; somebody born on 29 February turns 18 on 1 March."""
    if birth_date is None:
        return None
    month, day = (3, 1) if (birth_date.month, birth_date.day) == (2, 29) else (birth_date.month, birth_date.day)
    return date(birth_date.year + 18, month, day) - timedelta(days=1)


YEAR = timedelta(weeks=52)
"""A school year later is the same weekday."""


def a_year_later(day: date) -> date:
    return day + YEAR


def name_a_year_later(name: str) -> str:
    """'Retail 2026' is 'Retail 2027', '2026/27' is '2027/28'; a name without a year stays."""
    return _YEARS.sub(_next_years, name)


_YEARS = re.compile(r"\b(20\d{2})(?:([/–-])(\d{2}|20\d{2}))?\b")


def _next_years(found: re.Match[str]) -> str:
    first = str(int(found[1]) + 1)
    if not found[2]:
        return first
    last = int(found[3]) + 1
    return f"{first}{found[2]}{last % 100:02}" if len(found[3]) == 2 else f"{first}{found[2]}{last}"
