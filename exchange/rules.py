"""When a worker counts as dead."""

from datetime import datetime, timedelta

# A block of lines takes a few hundredths of a second; half a minute of silence is not a slow one.
SIGN_OF_LIFE = timedelta(seconds=30)


def is_alive(heartbeat_at: datetime | None, at: datetime) -> bool:
    """A worker has given a sign of life of late."""
    return heartbeat_at is not None and at - heartbeat_at <= SIGN_OF_LIFE


def is_stopped(called_at: datetime, heartbeat_at: datetime | None, at: datetime) -> bool:
    """A worker was called long enough ago, and none gives a sign of life."""
    return at - called_at > SIGN_OF_LIFE and not is_alive(heartbeat_at, at)
