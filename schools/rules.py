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
