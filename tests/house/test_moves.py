"""The tables of moves as people read and signed them off, cell by cell; what is not in them changes no row over HTTP.

Letters are roles: Coordinator, Teacher, Head, Student, Guardian, superVisor, Owner, safeguarding (P), Administrator,
Y for the program itself. Columns are states, and "new" is what is not there yet; a dot is an illegal cell.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from core.models import Transition
from core.workflow import SYSTEM, Workflow
from credits.models import Decision
from credits.workflow.deciding import DECISION
from placements.models import Agreement, HostRequest, Placement, Signature
from placements.workflow.requesting import REQUEST
from placements.workflow.tables import AGREEMENT, PLACEMENT
from reports import moves
from tests.placements.college import member

LETTERS = {
    Role.COORDINATOR: "C", Role.TEACHER: "T", Role.HEAD: "H", Role.STUDENT: "S", Role.GUARDIAN: "G",
    Role.SUPERVISOR: "V", Role.OWNER: "O", Role.SAFEGUARDING: "P", Role.ADMINISTRATOR: "A", SYSTEM: "Y",
}  # fmt: skip

PLACEMENTS = """
                 new  planned  running  paused  ended  cancelled  broken
create           C    .        .        .       .      .          .
plan             .    C        C        C       .      .          .
start            .    CY       .        .       .      .          .
start_unagreed   .    H        .        .       .      .          .
pause            .    .        CH       .       .      .          .
resume           .    .        .        CH      .      .          .
end              .    .        CY       CY      .      .          .
cancel           .    C        .        .       .      .          .
break            .    .        C        C       .      .          .
transfer         .    .        .        .       .      .          C
restore          .    .        .        .       .      .          C
restore_paused   .    .        .        .       .      .          C
restore_planned  .    .        .        .       .      C          .
restore_running  .    .        .        C       .      .          .
host_stops       .    CH       CH       CH      .      .          .
hand_on          .    CH       CH       CH      CH     .          CH
hand_over        .    VO       VO       VO      VO     .          VO
"""
AGREEMENTS = """
            new  draft  proposed  partly_signed  in_force  superseded  refused  lapsed
propose     .    C      .         .              .         .           .        .
sign        .    .      CTHSGVO   CTHSGVO        .         .           .        .
sign_paper  .    .      C         C              .         .           .        .
agree       .    .      .         CTHSGVO        .         .           .        .
take_back   .    .      .         C              C         .           .        .
restore     .    .      .         .              .         C           .        .
refuse      .    .      CTHSGVO   CTHSGVO        .         .           .        .
supersede   .    .      .         .              CTHSGVO   .           .        .
lapse       .    CY     CY        CY             .         .           .        .
"""
REQUESTS = """
           new  open  accepted  declined  lapsed
ask        C    .     .         .         .
accept     .    VO    .         .         .
decline    .    VO    .         .         .
take_back  .    C     .         .         .
undo       .    .     VO        VO        .
settle     .    .     CVO       CVO       .
reject     .    .     C         C         .
lapse      .    Y     .         .         .
"""
DECISIONS = """
               new  open  proposed  credited  partly  not_yet  corrected
propose        .    T     T         .         .       .        .
credit         .    .     T         .         .       .        .
credit_partly  .    .     T         .         .       .        .
not_yet        .    .     T         .         .       .        .
correct        .    .     .         T         T       T        .
"""
MATRICES = ((PLACEMENT, PLACEMENTS), (AGREEMENT, AGREEMENTS), (REQUEST, REQUESTS), (DECISION, DECISIONS))

type Cells = dict[tuple[str, str], set[str]]


def cells(matrix: str) -> Cells:
    head, *lines = [line.split() for line in matrix.strip().splitlines()]
    return {(line[0], state): set(said) - {"."} for line in lines for state, said in zip(head, line[1:], strict=True)}


def cells_of(table: Workflow, states: set[str]) -> Cells:
    return {
        (move.verb, state): {LETTERS[role] for role in move.roles} if state in (move.sources or ("new",)) else set()
        for move in table.moves
        for state in states
    }


@pytest.mark.parametrize(("table", "matrix"), MATRICES, ids=lambda one: getattr(one, "noun", ""))
def test_a_table_of_moves_is_the_one_that_was_read(table, matrix):
    read = cells(matrix)
    assert cells_of(table, {state for _verb, state in read}) == read


def test_every_state_is_a_column_and_is_left_or_kept():
    for model, matrix in ((Placement, PLACEMENTS), (Agreement, AGREEMENTS), (HostRequest, REQUESTS)):
        assert {state for _verb, state in cells(matrix)} == {"new", *model.State.values}
    assert {state for _verb, state in cells(DECISIONS)} == {"new", *Decision.State.values}


def test_the_page_of_the_documentation_is_drawn_from_the_tables(settings):
    assert (settings.BASE_DIR / "docs" / "moves.md").read_text(encoding="utf-8") == moves.page()


# ── Over HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Post:
    """Where the button of a verb leads, and what its form sends."""

    verbs: tuple[str, ...]
    url: Callable[[Any, Role], str]
    data: dict[str, Any]


def named(name: str, *more: str) -> Callable[[Any, Role], str]:
    return lambda noun, role: reverse(name, args=[noun.public_id, *more])


def rows() -> str:
    """A fingerprint of all rows of the apps in which these nouns live."""
    models = [model for app in ("core", "placements", "credits") for model in apps.get_app_config(app).get_models()]
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(model._meta.db_table for model in models):
            cursor.execute(f"SELECT count(*), coalesce(sum(hashtextextended(one::text, 0)), 0) FROM {table} one")
            found.update(str(cursor.fetchone()).encode())
    return found.hexdigest()


def changed(
    cast, noun, matrix: str, states: list[str], posts: list[Post], put: Callable[[str], None], look=rows
) -> Iterator:
    """Every illegal cell is posted by every role; the cells after which what is looked at differs."""
    legal = cells(matrix)
    clients = {role: cast.client(cast.insider(role)) for role in Role}
    for state in states:
        for post in posts:
            with transaction.atomic():
                put(state)
                before = look()
                for role, client in clients.items():
                    if not any(LETTERS[role] in legal[verb, state] for verb in post.verbs):
                        client.post(post.url(noun, role), post.data)
                if look() != before:
                    yield post.verbs, state
                transaction.set_rollback(True)


@pytest.fixture
def placement(cast) -> Placement:
    learner = cast.insider(Role.STUDENT).user.person
    return Placement.objects.get(learner=learner)


REASON = {"reason": "It is so."}


def test_no_illegal_move_of_a_placement_changes_a_row(cast, placement):
    today, colleague = timezone.localdate(), member("Paz Ito", Role.COORDINATOR, placement.school).user.person
    week = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "purpose_text": "Learn.", "rhythm": "weekly"}
    early = REASON | {
        "end_reason": "people", "initiator": "school", "direction": "company", "last_day": today.isoformat(),
    }  # fmt: skip
    later = {"starts_on": today + timedelta(days=60), "ends_on": today + timedelta(days=90), "key": str(uuid4())}
    posts = [
        Post(("plan",), named("placements:plan"), week),
        *(
            Post((verb,), named("placements:move", verb), data)
            for verb, data in (
                ("start", {}), ("start_unagreed", REASON), ("pause", REASON), ("resume", {}), ("end", {}),
                ("cancel", REASON), ("break", early),
            )
        ),
        Post(
            ("restore", "restore_paused", "restore_planned", "restore_running"),
            named("placements:move", "restore"),
            {},
        ),
        Post(("transfer",), named("placements:transfer"), later),
        Post(
            ("hand_on",),
            lambda noun, role: f"{reverse('reports:hand_on')}?receiver={colleague.public_id}",
            {"placements": str(placement.public_id), "note": "Call the host first."},
        ),
    ]  # fmt: skip

    def put(state: str) -> None:
        why = {"end_reason": "people", "end_initiator": "host", "end_direction": "company"}
        Placement.objects.filter(pk=placement.pk).update(state=state, **why)

    assert list(changed(cast, placement, PLACEMENTS, Placement.State.values, posts, put)) == []


def test_no_illegal_move_of_an_agreement_changes_a_row(cast, placement):
    agreement = Agreement.objects.get(plan__placement=placement)
    places = {place.party: place for place in agreement.signatures.all()}
    of_role = {
        Role.STUDENT: "student", Role.GUARDIAN: "guardian", Role.SUPERVISOR: "host", Role.COORDINATOR: "school",
    }  # fmt: skip

    def at_place(name: str) -> Callable[[Any, Role], str]:
        return lambda noun, role: reverse(name, args=[places[of_role.get(role, "host")].public_id])

    day = timezone.localdate().isoformat()
    posts = [
        Post(("propose",), lambda noun, role: reverse("placements:propose", args=[placement.public_id]),
             {"sign_by": day}),
        Post(("lapse",), lambda noun, role: reverse("placements:withdraw", args=[placement.public_id]), {}),
        Post(("sign",), at_place("placements:sign"), {"name_typed": "A. Name"}),
        Post(("refuse",), at_place("placements:refuse"), REASON),
        Post(("sign_paper",), at_place("placements:sign_paper"), {"name_typed": "A. Name", "signed_on": day}),
        Post(("take_back",), at_place("placements:paper_take_back"), REASON),
    ]  # fmt: skip

    def put(state: str) -> None:
        in_force_at = agreement.in_force_at if state in ("in_force", "superseded") else None
        Agreement.objects.filter(pk=agreement.pk).update(state=state, in_force_at=in_force_at)
        Signature.objects.filter(agreement=agreement).update(
            signed_at=None, channel="paper", recorded_by=placement.coordinator
        )

    assert list(changed(cast, agreement, AGREEMENTS, Agreement.State.values, posts, put)) == []


def test_no_illegal_move_of_a_request_changes_a_row(cast, placement):
    now = timezone.now()
    foreman = cast.insider(Role.SUPERVISOR).user.person
    request = HostRequest.objects.create(
        placement=placement, site=placement.segments.get().site, person=foreman, asked_at=now, answer_by=now.date()
    )
    posts = [
        Post(("ask",), lambda noun, role: reverse("placements:request_new", args=[placement.public_id]),
             {"person": str(foreman.pk)}),
        Post(("accept",), named("placements:request"), {}),
        Post(("decline",), named("placements:request_decline"), {"reason": "full", "text": ""}),
        Post(("undo",), named("placements:request_undo"), {}),
        Post(("settle",), named("placements:request_settle"), {}),
        *(
            Post((verb,), lambda noun, role: reverse("placements:doubts", args=[placement.public_id]),
                 {"answer": str(request.public_id), "step": step})
            for verb, step in (("settle", "meant"), ("reject", "not_meant"))
        ),
        Post(("take_back",), named("placements:request_take_back"), {}),
    ]  # fmt: skip

    def put(state: str) -> None:
        answered_at = now if state in ("accepted", "declined") else None
        doubt = "open" if answered_at else ""
        HostRequest.objects.filter(pk=request.pk).update(state=state, answered_at=answered_at, doubt=doubt)
        Placement.objects.filter(pk=placement.pk).update(state="planned")

    assert list(changed(cast, request, REQUESTS, HostRequest.State.values, posts, put)) == []


def test_no_illegal_move_of_a_decision_changes_a_row(cast, placement):
    decision = Decision.objects.get(enrolment=placement.enrolment)
    correction = decision.corrections.get()
    enrolment = placement.enrolment.public_id
    upheld = {"outcome": "upheld", "answer": "It is so."}
    said = {"outcome": "partly", "hours": "1", "rest": "0", "reason": "It is so."}
    posts = [
        Post(("credit", "credit_partly", "not_yet", "propose"),
             lambda noun, role: reverse("credits:decision", args=[enrolment]), said),
        Post(("correct",), lambda noun, role: reverse("credits:correction", args=[correction.public_id]), upheld),
    ]  # fmt: skip

    def put(state: str) -> None:
        open_now = state in ("open", "proposed")
        Decision.objects.filter(pk=decision.pk).update(
            state=state,
            decided_by=None if open_now else decision.decided_by,
            decided_at=None if open_now else decision.decided_at,
            corrected_at=timezone.now() if state == "corrected" else None,
        )

    def look() -> list:
        """This decision and its moves: on new hours a teacher may always make another one."""
        done = Transition.objects.filter(noun="decision", object_id=decision.pk).count()
        return [done, *Decision.objects.filter(pk=decision.pk).values()]

    assert list(changed(cast, decision, DECISIONS, Decision.State.values, posts, put, look)) == []
