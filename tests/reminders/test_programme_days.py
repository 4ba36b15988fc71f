"""Letters follow the days of the programme, also those that wait already."""

from reminders.models import Due, Kind, Reason
from reminders.sweeping import sweep
from schools.deadlines import Deadlines
from schools.workflow import edit_programme, set_deadlines
from tests.reminders.conftest import utc


def test_a_new_version_of_a_programme_keeps_its_days(world):
    programme = world.college.enrolment.cohort.version.programme
    signed = {"by": world.college.office, "at": utc(11, 24)}
    set_deadlines(programme=programme, deadlines=Deadlines(sign_before=(10,)), **signed)
    version = edit_programme(
        programme=programme, name="Vehicles", code="", occupation_codes=[], required_minutes=60, whole_minutes=None,
        rule_set=None, **signed,
    )  # fmt: skip
    assert (version.number, version.deadlines) == (2, {"sign_before": [10]})


def waiting(kind: Kind) -> list[tuple[str, str]]:
    rows = Due.objects.filter(kind=kind, state=Due.State.WAITING).order_by("due_at")
    return [(row.round, f"{row.due_at:%m-%d}") for row in rows]


def test_other_days_move_what_waits_for_placements_under_way(world):
    world.proposed()
    list(sweep(now=utc(11, 24, 12)))
    assert [*dict.fromkeys(waiting(Kind.SIGN))] == [("D-8", "12-25"), ("D-5", "12-30"), ("D-3", "01-01")]
    programme = world.college.enrolment.cohort.version.programme
    later = Deadlines(sign_before=(14, 5))
    set_deadlines(programme=programme, deadlines=later, by=world.college.office, at=utc(12, 1))
    list(sweep(now=utc(12, 1)))
    assert {*waiting(Kind.SIGN)} >= {("D-14", "12-21"), ("D-5", "12-30")}
    decided = {
        (one.row.round, one.verdict.decision, one.verdict.reason)
        for one in sweep(now=utc(12, 25, 9))
        if one.row.kind == Kind.SIGN and one.row.round == "D-8"
    }
    assert decided == {("D-8", "skip", Reason.DONE)}
