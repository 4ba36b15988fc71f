"""A zip may lie; it is never believed and never costs much memory."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from exchange.archive import Archive
from exchange.problems import FileRefused
from tests.exchange.files import lying_zip, zipped

GIGABYTE = 1024 * 1024 * 1024
READ_AND_TELL = """
import datetime, sys
from pathlib import Path
import django
from django.conf import settings
settings.configure(USE_I18N=False)
django.setup()
from exchange import employers, oneroster
from exchange.problems import FileRefused
try:
    with open(sys.argv[2], "rb") as file:
        if sys.argv[1] == "roster":
            list(oneroster.read(file, school="x", today=datetime.date(2026, 11, 23)).rows)
        else:
            list(employers.read(file).lines)
except FileRefused as refused:
    # Not getrusage: its peak still holds the test process that this one was forked from.
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(refused.problem.code, peak.split()[1])
"""


def read_in_a_process(kind: str, path: Path) -> tuple[str, int]:
    """The refusal and the peak of memory in MB of a process that reads the file."""
    done = subprocess.run(
        [sys.executable, "-c", READ_AND_TELL, kind, str(path)], capture_output=True, text=True, timeout=120, check=True
    )
    code, kilobytes = done.stdout.split()
    return code, int(kilobytes) // 1024


@pytest.mark.parametrize(("kind", "name"), [("roster", "users.csv"), ("employers", "xl/workbook.xml")])
def test_a_zip_that_says_10_kb_and_inflates_to_2_gb_is_refused_under_100_mb(tmp_path, kind, name):
    path = tmp_path / "bomb.zip"
    bomb = lying_zip(name, 2 * GIGABYTE, 10_000)
    path.write_bytes(_with_orgs(bomb) if kind == "roster" else bomb)
    code, megabytes = read_in_a_process(kind, path)
    assert code == "zip_damaged"
    assert megabytes < 100


def test_a_zip_that_honestly_says_2_gb_is_refused_before_anything_is_inflated(tmp_path):
    path = tmp_path / "big.zip"
    path.write_bytes(_with_orgs(lying_zip("users.csv", 2 * GIGABYTE, 2 * GIGABYTE - 1)))
    code, megabytes = read_in_a_process("roster", path)
    assert code == "too_big_unpacked"
    assert megabytes < 100


def _with_orgs(bomb: bytes) -> bytes:
    """The same zip with a proper orgs.csv behind it, so that the reader gets as far as the bomb."""
    buffer = io.BytesIO(bomb)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("orgs.csv", "sourcedId,name,type\ns1,Harbour,school\n")
    return buffer.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        Archive(io.BytesIO(content)).check()
    return caught.value.problem.code


def test_members_are_found_by_their_bare_name_and_read_in_turns():
    archive = Archive(zipped({"a/one.csv": "1" * 200_000, "two.csv": "2" * 200_000}))
    one, two = archive.open("one.csv"), archive.open("two.csv")
    assert [one.read(3), two.read(3), len(one.read()), len(two.read())] == [b"111", b"222", 199_997, 199_997]


def test_a_zip_that_says_more_than_it_holds_is_refused():
    assert refusal(lying_zip("users.csv", 0, 10_000)) == "zip_damaged"


def test_a_cut_zip_is_refused():
    whole = zipped({"users.csv": "x" * 1000}).getvalue()
    assert refusal(whole[: len(whole) // 2]) == "zip_damaged"


def test_a_changed_byte_is_noticed():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("users.csv", "abcdef")
    assert refusal(buffer.getvalue().replace(b"abcdef", b"abcdeX")) == "zip_damaged"


def test_two_files_of_one_name_are_refused():
    assert refusal(zipped({"a/users.csv": "1", "b/users.csv": "2"}).getvalue()) == "zip_twice"


def test_the_budget_counts_all_members_together():
    files = zipped({f"{number}.csv": "x" * 600 for number in range(3)})
    with pytest.raises(FileRefused):
        Archive(files, limit=1500).check()
