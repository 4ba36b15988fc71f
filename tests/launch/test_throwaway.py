"""The server of `make test`: there for one command, gone afterwards, whatever the command said."""

import sys

import pytest

from tests.launch.conftest import ROOT

pytestmark = pytest.mark.real

SHOW = """
import os, psycopg, sys
url = os.environ["DATABASE_URL"]
query = "SELECT current_setting('server_version_num')::int / 10000, lower('\\u00c9')"
row = psycopg.connect(url).execute(query).fetchone()
print(row, psycopg.conninfo.conninfo_to_dict(url)["port"])
sys.exit(3)
"""


def test_a_command_gets_a_server_of_its_own_and_its_exit_code_is_kept(launcher):
    before = set((ROOT / "build").glob("postgres-*"))
    result = launcher.run("with-database", sys.executable, "-c", SHOW)
    assert result.returncode == 3, result.stderr
    assert result.stdout.startswith("(18, 'é')")
    left = set((ROOT / "build").glob("postgres-*")) - before
    assert left == set()
