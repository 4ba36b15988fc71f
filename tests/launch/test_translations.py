import gettext
import os

from config.launch.translations import compile_stale

SOURCE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Placement"
msgstr "Stage"

#, fuzzy
msgid "Student"
msgstr "Étudiant ?"
"""


def test_translations_are_compiled_once_and_unsure_ones_stay_english(tmp_path):
    folder = tmp_path / "locale/fr/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(SOURCE)
    compile_stale(tmp_path)
    french = gettext.translation("django", tmp_path / "locale", ["fr"])
    assert (french.gettext("Placement"), french.gettext("Student")) == ("Stage", "Student")

    first = (folder / "django.mo").stat().st_mtime_ns
    compile_stale(tmp_path)
    assert (folder / "django.mo").stat().st_mtime_ns == first
    os.utime(folder / "django.po", (first / 1e9 + 5, first / 1e9 + 5))
    compile_stale(tmp_path)
    assert (folder / "django.mo").stat().st_mtime_ns != first
