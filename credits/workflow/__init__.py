from credits.workflow.deciding import DECISION, decide, propose

__all__ = ["DECISION", "decide", "propose"]
