"""What cannot work ends in one plain line with the mend, before anything is started."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.launch.conftest import ROOT

pytestmark = pytest.mark.real


def test_a_busy_port_is_named_and_nothing_is_started(launcher):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = launcher.run("run", PORT=str(port))
    assert result.returncode == 1
    assert result.stderr.startswith(f"Port {port} is used by another program: choose another one")
    assert len(result.stderr.splitlines()) == 1
    assert not launcher.var.exists()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(launcher, port):
    result = launcher.run("run", PORT=port)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"PORT must be a number from 1 to 65535, not {port!r}: try `make run PORT=8001`.\n"


def test_a_database_out_of_reach_is_one_line_without_its_password(launcher, free_port):
    url = f"postgres://someone:a-secret@127.0.0.1:{free_port}/nothing"
    result = launcher.run("run", DATABASE_URL=url, PORT=str(free_port))
    assert result.returncode == 1
    assert result.stderr.startswith("DATABASE_URL names a database that cannot be reached: ")
    assert len(result.stderr.splitlines()) == 1
    assert "a-secret" not in result.stderr


def test_a_command_without_a_database_says_how_to_get_one(launcher):
    result = subprocess.run(
        [".venv/bin/python", "manage.py", "showmigrations"],
        env=launcher.environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert "no database is running. Start it with `make run`" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_machine_without_a_fitting_python_is_told_so_in_one_line(tmp_path: Path):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "cat", "cmp"):
        (programs / name).symlink_to(shutil.which(name))
    failing_shim = programs / "python3.13"
    failing_shim.write_text("#!/bin/sh\nexit 127\n")
    failing_shim.chmod(0o755)
    result = subprocess.run(
        [str(programs / "sh"), str(ROOT / "config/launch/environment.sh"), "run"],
        env={"PATH": str(programs), "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert result.stderr.startswith("No Python from 3.12 to 3.14 with venv was found: install one")
    assert len(result.stderr.splitlines()) == 1
    assert os.listdir(tmp_path) == ["bin"]
