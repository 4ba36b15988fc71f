from placements.models.agreements import Agreement, Signature
from placements.models.feedback import Feedback, FeedbackTask, SafeguardingNote
from placements.models.hours import HourClaim, TaskDone, WeekConfirmation, WorkEntry
from placements.models.placements import Activity, Placement, PlannedOutcome, PlannedShift, PlanVersion, Segment

__all__ = [
    "Activity",
    "Agreement",
    "Feedback",
    "FeedbackTask",
    "HourClaim",
    "Placement",
    "PlanVersion",
    "PlannedOutcome",
    "PlannedShift",
    "SafeguardingNote",
    "Segment",
    "Signature",
    "TaskDone",
    "WeekConfirmation",
    "WorkEntry",
]
