"""What the launcher says to the person at the keyboard."""

import sys


class Refusal(Exception):
    """One plain line that says what is wrong and how to mend it."""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def complain(line: object) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
