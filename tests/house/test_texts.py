"""Every translation is whole: each text of the code and the templates is there, with the same placeholders."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
FILES = {path.parents[1].name: path for path in sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")
every_language = pytest.mark.parametrize("language", FILES)


def entries(language: str) -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(FILES[language])) if not entry.obsolete]


def test_each_language_of_the_site_has_its_translation():
    assert {"en", *FILES} == {code for code, _name in settings.LANGUAGES}


@every_language
def test_no_text_is_without_translation(language):
    assert [entry.msgid for entry in entries(language) if not entry.translated()] == []


@every_language
def test_no_translation_is_a_guess(language):
    assert [entry.msgid for entry in entries(language) if entry.fuzzy] == []


@every_language
def test_each_number_has_its_form(language):
    forms = polib.pofile(str(FILES[language])).metadata["Plural-Forms"]
    wanted = set(range(int(re.search(r"nplurals=(\d)", forms)[1])))
    assert [
        entry.msgid for entry in entries(language) if entry.msgid_plural and set(entry.msgstr_plural) != wanted
    ] == []


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "لا طلاب"),
        (1, "طالب واحد"),
        (2, "طالبان"),
        (3, "3 طلاب"),
        (10, "10 طلاب"),
        (11, "11 طالبا"),
        (102, "102 طالب"),
    ],
)  # fmt: skip
def test_arabic_counts_in_six_ways(number, text):
    with translation.override("ar"):
        assert translation.ngettext("%(n)s student", "%(n)s students", number) % {"n": number} == text


@every_language
def test_translations_keep_the_placeholders(language):
    wrong = []
    for entry in entries(language):
        wanted = set(PLACEHOLDER.findall(f"{entry.msgid} {entry.msgid_plural}"))
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            if set(PLACEHOLDER.findall(text)) - wanted or (
                not entry.msgid_plural and wanted - set(PLACEHOLDER.findall(text))
            ):
                wrong.append(entry.msgid)
    assert wrong == []


def test_no_text_of_the_code_is_missing_in_a_file(tmp_path):
    if shutil.which("xgettext") is None:
        pytest.skip("needs gettext's xgettext to read the texts out of the code")
    copy = tmp_path / "tree"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv", "var", "build", ".git", "*.mo"))
    chosen = [word for language in FILES for word in ("-l", language)]
    done = subprocess.run(
        [sys.executable, "manage.py", "makemessages", *chosen, "--no-location", "--no-obsolete", "--ignore", "tests",
         "--verbosity", "0"],
        cwd=copy, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for language, file in FILES.items():
        known = {(entry.msgctxt, entry.msgid) for entry in entries(language)}
        found = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(copy / file.relative_to(ROOT)))}
        assert (language, sorted(msgid for _context, msgid in found - known)) == (language, [])
        assert (language, sorted(msgid for _context, msgid in known - found)) == (language, [])
