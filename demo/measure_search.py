"""Measures the search: names of the school and two letters of them, each one a whole request."""

import random
import time
from dataclasses import asdict, dataclass

from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Person, User
from accounts.roles import Role

KINDS = ("one name", "two letters")


@dataclass(frozen=True)
class Search:
    kind: str
    students: int
    requests: int
    median_ms: float
    p95_ms: float
    most_ms: float


def figures(*, students: int, requests: int) -> list[dict]:
    """One row a kind, as `build/bench.json` holds them."""
    settings.ALLOWED_HOSTS = ["testserver"]
    user = User.objects.get(email=f"{Role.COORDINATOR}@scale.example")
    client = Client()
    client.force_login(user)
    school = user.memberships.get().organisation
    names = list(Person.objects.filter(students__school=school).order_by("pk").values_list("sort_key", flat=True))
    chance = random.Random(1)
    return [asdict(_measure(client, kind, names, chance, students, requests)) for kind in KINDS]


def _measure(
    client: Client, kind: str, names: list[str], chance: random.Random, students: int, requests: int
) -> Search:
    path, took = reverse("reports:search"), []
    for _request in range(requests + 1):
        q = _asked(chance.choice(names), kind, chance)
        begin = time.perf_counter()
        answer = client.get(path, {"q": q})
        took.append((time.perf_counter() - begin) * 1000)
        assert b'list-unstyled found"' in answer.content, "nothing was found"
    took = sorted(took[1:])  # the first request of a process may fill caches
    return Search(
        kind=kind,
        students=students,
        requests=requests,
        median_ms=round(took[len(took) // 2], 2),
        p95_ms=round(took[-(-len(took) * 95 // 100) - 1], 2),
        most_ms=round(took[-1], 2),
    )


def _asked(name: str, kind: str, chance: random.Random) -> str:
    word = name.split()[0]
    begin = chance.randrange(len(word) - 1)
    return word if kind == "one name" else word[begin : begin + 2]
