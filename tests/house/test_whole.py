"""What must hold for the whole tree: migrations, templates, production settings, what may not be in the repository."""

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"


def tracked(*patterns: str) -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in names.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out)
    assert out.getvalue() == "No changes detected\n"


def test_every_template_parses():
    names = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file()]
    assert names
    for name in names:
        get_template(name)


def test_every_template_is_used():
    text = "\n".join(path.read_text() for path in tracked("*.py", "*.html", "*.txt") if "tests" not in path.parts)
    found_by_name = {"404.html", "403.html", "500.html", "403_csrf.html"}
    unused = [
        name
        for path in TEMPLATES.rglob("*")
        if path.is_file()
        and (name := str(path.relative_to(TEMPLATES))) not in found_by_name
        and not name.startswith(("account/", "allauth/", "bootstrap5/"))
        and not re.search(rf"['\"]{re.escape(name)}[#'\"]", text)
    ]
    assert unused == []


def test_templates_hold_no_inline_script_or_style():
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in TEMPLATES.rglob("*.html")
        if "letters" not in path.parts
        for match in inline.finditer(path.read_text())
    ]
    assert found == []


def test_the_repository_names_no_registry_and_no_path_of_a_machine():
    # Spelled in two halves so that this file does not find itself.
    words = [
        "pypi" + ".org",
        "files.python" + "hosted",
        "npmjs" + ".org",
        "/opt/" + "pypi",
        "/work/" + "main",
        "/root/" + ".",
    ]
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked()
        if path.suffix not in {".png", ".mo"}
        for word in words
        if word in path.read_text(errors="replace")
    ]
    assert found == []


def production(**environment: str) -> subprocess.CompletedProcess:
    whole = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "k" * 64,
        "DATABASE_URL": "postgres://app:secret@127.0.0.1/passerelle",
        "ALLOWED_HOSTS": "placements.example",
        "SITE_URL": "https://placements.example",
        "MAIL_HOST": "mail.example",
        "MAIL_FROM": "Passerelle <passerelle@placements.example>",
    } | environment
    program = "import django; django.setup(); from django.conf import settings; print(settings.INSTALLED_APPS)"
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=whole, capture_output=True, text=True)


def test_production_settings_do_not_install_the_demo_world():
    answer = production()
    assert answer.returncode == 0, answer.stderr
    assert "'reports'" in answer.stdout
    assert "'demo'" not in answer.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", ""),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("SITE_URL", "http://placements.example"),
        ("MAIL_HOST", ""),
        ("MAIL_FROM", ""),
    ],
)
def test_unsafe_production_settings_are_refused(name, value):
    answer = production(**{name: value})
    assert answer.returncode != 0
    assert name in answer.stderr
