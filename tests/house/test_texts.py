"""French is whole: every text of the code and the templates has a translation with the same placeholders."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
FRENCH = ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def entries() -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(FRENCH)) if not entry.obsolete]


def test_no_text_is_without_translation():
    assert [entry.msgid for entry in entries() if not entry.translated()] == []


def test_no_translation_is_a_guess():
    assert [entry.msgid for entry in entries() if entry.fuzzy] == []


def test_translations_keep_the_placeholders():
    wrong = []
    for entry in entries():
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            if set(PLACEHOLDER.findall(text)) - wanted or (
                not entry.msgid_plural and wanted - set(PLACEHOLDER.findall(text))
            ):
                wrong.append(entry.msgid)
    assert wrong == []


def test_no_text_of_the_code_is_missing_in_the_file(tmp_path):
    if shutil.which("xgettext") is None:
        pytest.skip("needs gettext's xgettext to read the texts out of the code")
    copy = tmp_path / "tree"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv", "var", "build", ".git", "*.mo"))
    done = subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "fr", "--no-location", "--no-obsolete", "--ignore", "tests",
         "--verbosity", "0"],
        cwd=copy, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    known = {(entry.msgctxt, entry.msgid) for entry in entries()}
    found = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(copy / FRENCH.relative_to(ROOT)))}
    assert sorted(msgid for _context, msgid in found - known) == []
    assert sorted(msgid for _context, msgid in known - found) == []
