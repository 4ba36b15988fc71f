from placements.models.agreements import Agreement, Signature
from placements.models.feedback import Feedback, FeedbackTask
from placements.models.hours import (
    Absence,
    EarlierWork,
    HourClaim,
    OtherWork,
    TaskDone,
    WeekConfirmation,
    WeekSheet,
    WorkEntry,
    WorkPhoto,
)
from placements.models.people import (
    Adjustment,
    AdjustmentAnswer,
    Concern,
    Contact,
    Demonstration,
    DemonstrationPart,
    HostRequest,
    Incident,
    TeacherReport,
)
from placements.models.placements import Activity, Placement, PlannedOutcome, PlannedShift, PlanVersion, Segment
from placements.models.talk import SafeguardingEntry, SafeguardingNote

__all__ = [
    "Absence",
    "Activity",
    "Adjustment",
    "AdjustmentAnswer",
    "Agreement",
    "Concern",
    "Contact",
    "Demonstration",
    "DemonstrationPart",
    "EarlierWork",
    "Feedback",
    "FeedbackTask",
    "HostRequest",
    "HourClaim",
    "Incident",
    "OtherWork",
    "Placement",
    "PlanVersion",
    "PlannedOutcome",
    "PlannedShift",
    "SafeguardingEntry",
    "SafeguardingNote",
    "Segment",
    "Signature",
    "TaskDone",
    "TeacherReport",
    "WeekConfirmation",
    "WeekSheet",
    "WorkEntry",
    "WorkPhoto",
]
