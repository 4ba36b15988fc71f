"""The site as `make run` starts it, on a demo world of today, for commands that look at it. All is gone afterwards."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

from config.launch.port import healthy
from config.launch.preparation import ROOT
from config.launch.server import free_port

# Marek is asked for weeks of two students, Nina for closing feedback; Lina is Marek's student.
ADDRESSES = """
import json
from django.utils import timezone
from accounts import links
from accounts.models import Link, Person
from accounts.roles import Role
from demo import cast
from placements.models import Placement

school = cast.member(Role.COORDINATOR).organisation
at_work = Placement.objects.filter(school=school, learner=cast.member(Role.STUDENT).user.person).latest("starts_on")
ended = Placement.objects.get(school=school, segments__supervisor__person__family_name="Falk")
marek, nina = cast.member(Role.SUPERVISOR).user.person, Person.objects.get(family_name="Falk")

def mint(person, purpose, subject_id):
    link = links.mint(person=person, school=school, purpose=purpose, subject_id=subject_id, at=timezone.now())
    return f"/link/{link[1]}/"

print(json.dumps({
    "weeks": mint(marek, Link.Purpose.CONFIRM, 0),
    "closing": mint(nina, Link.Purpose.FEEDBACK, ended.pk),
    "placement": f"/placements/{at_work.public_id}/",
}))
"""


@dataclass(frozen=True)
class Stage:
    url: str
    environment: dict[str, str]

    def addresses(self) -> dict[str, str]:
        """Paths that change with each world: a host's weeks and closing feedback by link, a placement."""
        command = [sys.executable, "-m", "config.launch", "manage", "shell", "-v", "0", "-c", ADDRESSES]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def session(self, role: str) -> str:
        """The cookie of somebody who is signed in as that role of the cast."""
        form = urllib.parse.urlencode({"as": role}).encode()
        answer = urllib.request.build_opener(_Stay).open(f"{self.url}/demo/sign-in/", form)
        cookies = SimpleCookie()
        for line in answer.headers.get_all("Set-Cookie"):
            cookies.load(line)
        return f"sessionid={cookies['sessionid'].value}"


class _Stay(urllib.request.HTTPRedirectHandler):
    """The cookie comes with the redirect."""

    def http_error_302(self, _request, answer, _code, _message, _headers):
        return answer


@contextmanager
def stage() -> Iterator[Stage]:
    """Takes about a minute, for the demo world is played anew."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="passerelle-stage-") as folder:
        environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "PASSERELLE_VAR": folder,
            "STATIC_ROOT": str(Path(folder) / "static"),
            "PORT": str(port),
        }
        command = [sys.executable, "-m", "config.launch", "run"]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sys.stderr) as process:
            try:
                while not healthy(port):
                    assert process.poll() is None, "the site stopped before it answered"
                    time.sleep(0.2)
                yield Stage(f"http://127.0.0.1:{port}", environment)
            finally:
                process.terminate()
                process.wait(timeout=60)
