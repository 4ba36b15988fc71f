"""The things that the addresses of the access table name: of the first school, made when one is asked for."""

from datetime import timedelta
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts import links
from accounts.access import actor_of
from accounts.calendars import turn_on
from accounts.models import Document, Link, Person
from accounts.roles import Role
from credits.models import Decision, Record
from credits.workflow import issue
from demo import cast as demo_cast
from employers.models import Employer, Offer, Round, SchoolEmployer, Shutdown, Site, Supervisor
from employers.workflow import merge_employers, merge_people
from exchange.models import ImportRun
from placements.models import (
    Absence,
    Adjustment,
    Agreement,
    Appointment,
    Concern,
    Contact,
    Demonstration,
    EarlierWork,
    Feedback,
    HandOver,
    HostRequest,
    HourClaim,
    Incident,
    Matching,
    MatchingStudent,
    MatchRun,
    Placement,
    PlanVersion,
    Reflection,
    SafeguardingNote,
    Segment,
    Signature,
    SkillReview,
    TeacherReport,
    WeekSheet,
    Wish,
    WorkEntry,
    WorkPhoto,
)
from reminders.choices import token_of
from reminders.models import Kind, MessageClass, Outbox
from reports.models import SavedView
from schools.models import (
    AgreementBlock,
    Cohort,
    Outcome,
    Programme,
    RuleException,
    RuleSet,
    RuleSetDraft,
    RuleSetVersion,
    Skill,
    SkillScale,
    Student,
)
from schools.queries import document_of
from schools.rule_sets.shipped import add_version


class Things(dict):
    """Things of the first school, made when a path names them; the signature is that of the role's own person."""

    def __init__(self, role: Role):
        self.role = role
        self.now = timezone.now()
        self.school = demo_cast.member(Role.COORDINATOR).organisation
        self.lina = demo_cast.member(Role.STUDENT).user.person
        self.by_lina = actor_of(demo_cast.member(Role.STUDENT))
        self.foreman = demo_cast.member(Role.SUPERVISOR).user.person
        self.lina_at_motors = Placement.objects.filter(school=self.school, learner=self.lina).order_by("pk")[0]

    def __missing__(self, name: str) -> str:
        if name == "monday":
            return (self.lina_at_motors.starts_on + timedelta(days=28)).isoformat()
        if name == "link":
            return str(links.find(self.token(Link.Purpose.SIGN)).pk)
        if name in ("code", "issued"):
            paper = issue(student=self.student(), by=self.by_lina, at=self.now)
            return paper.code if name == "code" else str(paper.sequence)
        if name == "part":
            return str(self.demonstration().parts.order_by("pk")[0].pk)
        if name == "segment":
            return str(self.lina_at_motors.segments.order_by("pk")[0].pk)
        if name in ("sheet_code", "feed", "many", "passkey", "off"):
            return getattr(self, f"_{name}")()
        if name == "membership":
            return str(demo_cast.member(self.role).pk)
        if name in Link.Purpose.values:
            return self.token(name)
        return str(getattr(self, name)().public_id)

    def _many(self) -> str:
        """The link of the foreman when he has three students: who has many is offered an account."""
        known = self.lina_at_motors
        dates = {"starts_on": known.starts_on, "ends_on": known.ends_on}
        for _more in range(2):
            more = Placement.objects.create(
                school=self.school, learner=self.lina, employer=known.employer, state="running", **dates
            )
            Segment.objects.create(placement=more, site=self.supervisor().site, supervisor=self.supervisor(), **dates)
        return self.token(Link.Purpose.CONFIRM)

    def _passkey(self) -> str:
        said = {"type": Authenticator.Type.WEBAUTHN, "data": {"name": "My phone", "credential": {}}}
        return str(Authenticator.objects.create(user=demo_cast.member(self.role).user, **said).pk)

    def _off(self) -> str:
        return token_of(self.foreman, MessageClass.TASKS)

    def _sheet_code(self) -> str:
        return self.week_sheet().code

    def _feed(self) -> str:
        return turn_on(person=self.lina, key=uuid4(), by=self.by_lina, at=self.now)

    def saved_view(self):
        """One of the coordinator's own: no other role and nobody else opens it."""
        owner = demo_cast.member(Role.COORDINATOR).user.person
        return SavedView.objects.create(
            school=self.school, person=owner, list="placements", name="Late", query="state=running", at=self.now
        )

    def hand_over(self):
        """From the head to the coordinator, or to the teacher who opens it; not read yet."""
        to = Role.TEACHER if self.role == Role.TEACHER else Role.COORDINATOR
        people = {"giver": Role.HEAD, "receiver": to}
        named = {name: demo_cast.member(role).user.person for name, role in people.items()}
        found = HandOver.objects.create(school=self.school, note="Call Marek Motors first.", at=self.now, **named)
        found.things.create(placement=self.lina_at_motors)
        return found

    def teacher(self):
        return demo_cast.member(Role.TEACHER).user.person

    def programme(self):
        return Programme.objects.filter(school=self.school).order_by("pk")[0]

    def cohort(self):
        return Cohort.objects.filter(version__programme__school=self.school).order_by("pk")[0]

    def own_skill(self):
        """A skill that one programme asks about beside the common ones."""
        scale = SkillScale.objects.filter(school=None).order_by("pk")[0]
        words = {"name": {"en": "Torque"}, "anchors": {"en": ["One", "Two", "Three", "Four"]}, "position": 1}
        programme = self.programme()
        return Skill.objects.get_or_create(scale=scale, programme=programme, key="torque", defaults=words)[0]

    def rule_set(self):
        """The school's own; the general one, whose words it has, is open to every school."""
        shipped = RuleSetVersion.objects.filter(rule_set__general=True).latest("number")
        own, new = RuleSet.objects.get_or_create(key=shipped.rule_set.key, school=self.school)
        if new:
            add_version(own, document_of(shipped), shipped.content, at=self.now)
        return own

    def draft(self):
        """The words of now, not adopted."""
        own = self.rule_set()
        said = {"rule_set": own, "person": demo_cast.member(Role.COORDINATOR).user.person}
        return RuleSetDraft.objects.create(**said, content=own.versions.latest("number").content, at=self.now)

    def block(self):
        words = {"position": 1, "text": "The school insures its students."}
        return AgreementBlock.objects.get_or_create(school=self.school, heading="Insurance", defaults=words)[0]

    def exception(self):
        return RuleException.objects.create(
            enrolment=self.enrolment(), rule="hours", reason="Was ill", approver=self.teacher(), at=self.now
        )

    def employer(self):
        return Employer.objects.get(name="Sunrise Bakery")

    def second_employer(self):
        return Employer.objects.get(name="Marek Motors")

    def merge(self):
        again = Employer.objects.create(name="Sunrise Bakery Ltd", sort_key="sunrise bakery ltd", identity="test:again")
        SchoolEmployer.objects.create(school=self.school, employer=again)
        by = actor_of(demo_cast.member(Role.COORDINATOR))
        return merge_employers(school=self.school, kept=self.employer(), gone=again, person=None, by=by, at=self.now)

    def second_supervisor(self):
        """The foreman, written down once more."""
        again = Person.objects.get_or_create(given_name="F.", family_name="Again", sort_key="again f")[0]
        return Supervisor.objects.get_or_create(person=again, site=self.supervisor().site)[0]

    def person_merge(self):
        by, both = actor_of(demo_cast.member(Role.COORDINATOR)), (self.supervisor(), self.second_supervisor())
        return merge_people(school=self.school, kept=both[0], gone=both[1], person=None, by=by, at=self.now)

    def site(self):
        return Site.objects.get(name="Sunrise Bakery")

    def offer(self):
        """At the site of the role's own firm."""
        dates = {"starts_on": self.now.date(), "ends_on": self.now.date() + timedelta(days=30)}
        return Offer.objects.create(school=self.school, site=self.asked_site(), title="Places", places=1, **dates)

    def shutdown(self):
        return Shutdown.objects.create(site=self.site(), starts_on=self.now.date(), ends_on=self.now.date())

    def supervisor(self):
        return Supervisor.objects.get(person=self.foreman)

    def placement(self):
        return self.lina_at_motors

    def heard(self):
        """A placement on which the foreman has given feedback."""
        said = {"independence": 2, "observed": "Asked well.", "host_again": "yes", "given_at": self.now}
        Feedback.objects.get_or_create(placement=self.lina_at_motors, person=self.foreman, defaults=said)
        return self.lina_at_motors

    def marked(self):
        """A placement of which the host has marked the skills at the start."""
        review, new = SkillReview.objects.get_or_create(
            placement=self.lina_at_motors,
            moment=SkillReview.Moment.START,
            side=HourClaim.Side.HOST,
            defaults={"person": self.foreman, "at": self.now},
        )
        if new:
            review.marks.create(skill=Skill.objects.filter(programme=None).order_by("pk")[0], level=2)
        return self.lina_at_motors

    def planned(self):
        """A placement that no host has taken yet, of the same student."""
        dates = {"starts_on": self.now.date(), "ends_on": self.now.date() + timedelta(days=30)}
        return Placement.objects.get_or_create(
            school=self.school, learner=self.lina, state=Placement.State.PLANNED, purpose="student",
            employer=self.asked_site().employer, defaults=dates,
        )[0]  # fmt: skip

    def asked_site(self):
        return self.site() if self.role == Role.OWNER else self.supervisor().site

    def asked(self):
        """The request is put to the role's own person."""
        own = demo_cast.member(self.role).user.person
        site = self.asked_site()
        person = own if self.role in (Role.SUPERVISOR, Role.OWNER) else self.foreman
        return HostRequest.objects.get_or_create(
            placement=self.planned(), site=site, person=person,
            defaults={"asked_at": self.now, "answer_by": self.now.date() + timedelta(days=7)},
        )[0]  # fmt: skip

    def ended(self):
        """The student's placement, over by now."""
        Placement.objects.filter(pk=self.lina_at_motors.pk).update(state=Placement.State.ENDED)
        return self.lina_at_motors

    def broken(self):
        """An earlier placement of the student that ended early."""
        return Placement.objects.create(
            school=self.school, learner=self.lina, enrolment=self.enrolment(), employer=self.lina_at_motors.employer,
            state=Placement.State.BROKEN, end_reason="work", end_initiator="host", end_direction="company",
            starts_on=self.now.date(), ends_on=self.now.date(),
        )  # fmt: skip

    def student(self):
        return Student.objects.get(person=self.lina)

    def enrolment(self):
        return self.lina_at_motors.enrolment

    def decision(self):
        return Decision.objects.get(enrolment=self.enrolment())

    def with_feedback(self):
        """The host has given closing feedback."""
        said = {"independence": 2, "observed": "Asked first.", "host_again": "yes", "given_at": self.now}
        Feedback.objects.get_or_create(placement=self.lina_at_motors, defaults={"person": self.foreman, **said})
        return self.lina_at_motors

    def appointment(self):
        """A visit of the teacher next week."""
        said = {"kind": "visit", "method": "in_person", "minutes": 30, "made_at": self.now, "changed_at": self.now}
        return Appointment.objects.create(
            placement=self.lina_at_motors, person=self.teacher(), starts_at=self.now + timedelta(days=7), **said
        )

    def question(self):
        """Asked by the teacher, and answered."""
        said = {"question": "What was hard?", "answer": "The press.", "asked_at": self.now, "answered_at": self.now}
        return Reflection.objects.get_or_create(placement=self.lina_at_motors, reader=self.teacher(), defaults=said)[0]

    def correction(self):
        return self.decision().corrections.get()

    def agreement(self):
        return Agreement.objects.filter(plan__placement=self.lina_at_motors).order_by("-plan__number")[0]

    def signature(self):
        own = Signature.objects.filter(person=demo_cast.member(self.role).user.person).order_by("pk")
        return own.first() or Signature.objects.order_by("pk")[0]

    def paper(self):
        """The host's place, signed on paper with a scan."""
        place = Signature.objects.get(agreement=self.agreement(), party="host")
        place.document = Document.objects.create(
            organisation=self.school, kind=Document.Kind.AGREEMENT, media_type="application/pdf", content=b"%PDF-",
            added_by=self.teacher(), added_at=self.now,
        )  # fmt: skip
        place.channel, place.recorded_by = Signature.Channel.PAPER, self.teacher()
        place.save()
        return place

    def amended(self):
        """A second version, sent to the host."""
        first = PlanVersion.objects.get(placement=self.lina_at_motors, number=1)
        words = {"text": f"{first.text}\nMore", "text_hash": "0" * 64, "changes": ["terms"]}
        plan, _new = PlanVersion.objects.get_or_create(placement=self.lina_at_motors, number=2, defaults=words)
        agreement, new = Agreement.objects.get_or_create(plan=plan, defaults={"state": Agreement.State.PROPOSED})
        if new:
            Signature.objects.create(agreement=agreement, party="host", person=self.foreman, order=1)
        return agreement

    def entry(self):
        return WorkEntry.objects.filter(placement=self.lina_at_motors).latest("day")

    def absence(self):
        words = {"minutes": 60, "cause": "student", "side": "student", "person": self.lina, "at": self.now}
        day = self.lina_at_motors.starts_on + timedelta(days=30)
        return Absence.objects.get_or_create(placement=self.lina_at_motors, day=day, defaults=words)[0]

    def contact(self):
        """A visit that the teacher wrote down today."""
        return Contact.objects.create(
            school=self.school, placement=self.lina_at_motors, kind=Contact.Kind.VISIT, method="in_person",
            on=self.now.date(), person=self.teacher(), with_student=True, at=self.now,
        )  # fmt: skip

    def firm_note(self):
        """A call with a firm that the teacher wrote down today."""
        return Contact.objects.create(
            school=self.school, employer=self.employer(), kind=Contact.Kind.CONTACT, method="phone",
            on=self.now.date(), person=self.teacher(), with_host=True, seen="They want two.", at=self.now,
        )  # fmt: skip

    def demonstration(self):
        """Begun before the teacher."""
        outcome = Outcome.objects.filter(unit__version=self.enrolment().cohort.version_id).order_by("pk")[0]
        shown, new = Demonstration.objects.get_or_create(student=self.student(), outcome=outcome)
        if new:
            part = {"placement": self.lina_at_motors, "assessor": self.teacher(), "side": "school", "seen": "Alone."}
            shown.parts.create(**part, on=self.lina_at_motors.starts_on, at=self.now)
        return shown

    def own_placement(self):
        """A teacher's own, with a report."""
        day, teacher = self.now.date(), self.teacher()
        found, _new = Placement.objects.get_or_create(
            school=self.school, learner=teacher, purpose="teacher", employer=self.lina_at_motors.employer,
            defaults={"state": "ended", "starts_on": day, "ends_on": day},
        )  # fmt: skip
        words = {"learned": "Hybrid brakes.", "material": "A lesson.", "written_at": self.now}
        TeacherReport.objects.get_or_create(placement=found, defaults=words)
        return found

    def photo(self):
        document = Document.objects.create(
            organisation=self.school,
            kind=Document.Kind.PHOTO,
            media_type="image/png",
            content=b"a picture",
            added_by=self.lina,
            added_at=self.now,
        )
        return WorkPhoto.objects.create(entry=self.entry(), document=document, consent=True, at=self.now)

    def earlier(self):
        """A job that the student had before, at the garage."""
        known = self.lina_at_motors
        dates = {"starts_on": known.starts_on, "ends_on": known.ends_on}
        job = Placement.objects.create(
            school=self.school, learner=self.lina, enrolment=known.enrolment, employer=known.employer, purpose="job",
            teacher=self.teacher(), **dates,
        )  # fmt: skip
        supervisor = self.supervisor()
        Segment.objects.create(placement=job, site=supervisor.site, supervisor=supervisor, **dates)
        EarlierWork.objects.create(
            placement=job, days=10, minutes=3000, relevance="Tyres", document=self.sent_sheet().document, **dates
        )
        return job

    def week_sheet(self):
        week = self.lina_at_motors.starts_on - timedelta(days=self.lina_at_motors.starts_on.weekday())
        more = {"code": "K7QF-M2XW", "printed_at": self.now}
        return WeekSheet.objects.get_or_create(placement=self.lina_at_motors, week_starts_on=week, defaults=more)[0]

    def sent_sheet(self):
        sheet = self.week_sheet()
        sheet.document = Document.objects.create(
            organisation=self.school, kind=Document.Kind.WEEK_SHEET, media_type="application/pdf", content=b"%PDF-",
            added_by=self.lina, added_at=self.now,
        )  # fmt: skip
        sheet.save()
        return sheet

    def incident(self):
        return Incident.objects.create(
            placement=self.lina_at_motors, kind="accident", care="doctor", happened_at=self.now, what="Fell",
            side="student", person=self.lina, at=self.now, tell_by=self.now.date(),
        )  # fmt: skip

    def concern(self):
        return Concern.objects.create(
            placement=self.lina_at_motors, kind="end", category="origin", person=self.foreman, at=self.now
        )

    def adjustment(self):
        return Adjustment.objects.create(student=self.student(), text="Larger print", written_at=self.now)

    def note(self):
        return SafeguardingNote.objects.create(school=self.school, student=self.student(), written_at=self.now)

    def run(self):
        return ImportRun.objects.create(
            school=self.school,
            kind=ImportRun.Kind.EMPLOYERS,
            created_at=self.now,
            called_at=self.now,
            file_name="firms.csv",
        )

    def matching(self):
        made, new = Matching.objects.get_or_create(
            school=self.school,
            name="Batch",
            defaults={"starts_on": self.now.date(), "ends_on": self.now.date(), "at": self.now},
        )
        if new:
            MatchingStudent.objects.create(matching=made, enrolment=self.enrolment())
        return made

    def round(self):
        days = {"starts_on": self.now.date() + timedelta(days=90), "ends_on": self.now.date() + timedelta(days=150)}
        made = Round.objects.get_or_create(school=self.school, **days, defaults={"at": self.now})[0]
        made.firms.get_or_create(employer=self.lina_at_motors.employer, defaults={"person": self.foreman})
        return made

    def wished_firm(self):
        firm = self.lina_at_motors.employer
        wish, _new = Wish.objects.get_or_create(enrolment=self.enrolment(), defaults={"at": self.now})
        wish.hosts.get_or_create(employer=firm, defaults={"position": 1})
        return firm

    def match_run(self, number=2):
        problem = {"seekers": [], "places": [], "room": [], "keep": [], "never": []}
        result = {"matches": [], "unmatched": [], "proven": True, "score": []}
        return MatchRun.objects.get_or_create(
            matching=self.matching(),
            number=number,
            defaults={"problem": problem, "result": result, "at": self.now, "state": MatchRun.State.RUNNING},
        )[0]

    def earlier_run(self):
        return self.match_run(1)

    def roster(self):
        run = self.run()
        run.kind = ImportRun.Kind.ROSTER
        run.save()
        return run

    def record(self):
        return Record.objects.create(
            enrolment=self.enrolment(), kind="visit", on=self.now.date(), written_by=self.teacher(), at=self.now
        )

    def letter(self):
        letter, _created = Outbox.objects.get_or_create(
            person=self.foreman,
            school=self.school,
            day=self.now.date(),
            defaults={"letter": Kind.CONFIRM, "message_id": "<row@test>", "next_attempt_at": self.now},
        )
        return letter

    def undelivered(self):
        letter = self.letter()
        letter.state = Outbox.State.FAILED
        letter.save()
        return letter

    def token(self, purpose: str) -> str:
        subjects = {
            Link.Purpose.SIGN: Signature.objects.get(agreement=self.agreement(), party="host").pk,
            Link.Purpose.CONFIRM: 0,
            Link.Purpose.FEEDBACK: self.lina_at_motors.pk,
            Link.Purpose.REQUEST: self.asked().pk if purpose == Link.Purpose.REQUEST else 0,
            Link.Purpose.FOLLOW_UP: self.lina_at_motors.pk,
        }
        person = self.lina if purpose == Link.Purpose.FOLLOW_UP else self.foreman
        _link, token = links.mint(
            person=person, school=self.school, purpose=purpose, subject_id=subjects[purpose], at=self.now
        )
        return token
