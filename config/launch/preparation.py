"""What must be true before the site starts, done only when something it depends on changed."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from config.launch.children import Children
from config.launch.server import write_private
from config.launch.terminal import say

if TYPE_CHECKING:
    from config.launch.databases import Database

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("PASSERELLE_VAR", ROOT / "var")).resolve()
DEPENDENCIES = ROOT / "requirements.lock"


class Stamp:
    """What was done, and a fingerprint of what it was done with; it lies beside what was made."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def says(self, step: str, fingerprint: str) -> bool:
        return self._read().get(step) == fingerprint

    def write(self, step: str, fingerprint: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_private(self.path, json.dumps({**self._read(), step: fingerprint}))

    def _read(self) -> dict[str, str]:
        return json.loads(self.path.read_text()) if self.path.exists() else {}


def migrate(children: Children, database: "Database") -> None:
    """Apply what is not applied. On a server of your own the stamp proves nothing: others may have changed it."""
    now = fingerprint([DEPENDENCIES, *ROOT.glob("*/migrations/*.py")])
    if database.embedded and database.stamp.says("migrations", now):
        return
    say("Preparing the database ...")
    manage(children, database.owner, "migrate", "--no-input", "--verbosity=0")
    database.stamp.write("migrations", now)


def load_rule_sets(children: Children, database: "Database") -> None:
    """The rule sets that come with the program; what schools made of them stays."""
    now = fingerprint(ROOT.glob("schools/rule_sets/files/*.json"))
    if database.stamp.says("rule sets", now):
        return
    manage(children, database.application, "load_rule_sets")
    database.stamp.write("rule sets", now)


def load_skills(children: Children, database: "Database") -> None:
    """The scales of skills that come with the program; a school's own skills stay."""
    now = fingerprint(ROOT.glob("schools/skills/files/*.json"))
    if database.stamp.says("skills", now):
        return
    manage(children, database.application, "load_skills")
    database.stamp.write("skills", now)


def collect_static(children: Children) -> None:
    """Gather the style sheets, scripts and icons under names with a hash."""
    folders = [ROOT / "static", *ROOT.glob("*/static")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    root = Path(os.environ.get("STATIC_ROOT", ROOT / "staticfiles"))
    stamp, now = Stamp(root / ".collected.json"), fingerprint([DEPENDENCIES, *files])
    if stamp.says("static", now):
        return
    say("Gathering style sheets and scripts ...")
    manage(children, None, "collectstatic", "--no-input", "--verbosity=0")
    stamp.write("static", now)


def load_demo(children: Children, database: "Database") -> None:
    """The demo world, once for each database: what people change in it afterwards stays."""
    if database.stamp.says("demo", "loaded") or not (ROOT / "demo/management/commands/load_demo.py").exists():
        return
    say("Loading the demo world ...")
    manage(children, database.application, "load_demo")
    database.stamp.write("demo", "loaded")


def manage(children: Children, url: str | None, *arguments: str) -> None:
    env = {**os.environ, **({"DATABASE_URL": url} if url else {})}
    children.finish(
        f"manage.py {arguments[0]}", [sys.executable, str(ROOT / "manage.py"), *arguments], env=env, cwd=ROOT
    )


def fingerprint(paths: Iterable[Path]) -> str:
    """One hash over the names and contents of these files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
