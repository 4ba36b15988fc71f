from credits.workflow.correcting import CORRECTION, ask_correction, decline, uphold
from credits.workflow.deciding import DECISION, decide, propose
from credits.workflow.issuing import TRANSCRIPT, issue
from credits.workflow.recording import RECORDS, remove_record, write_record

__all__ = [
    "CORRECTION",
    "DECISION",
    "RECORDS",
    "TRANSCRIPT",
    "ask_correction",
    "decide",
    "decline",
    "issue",
    "propose",
    "remove_record",
    "uphold",
    "write_record",
]
