"""A chain of hashes: each row holds the hash of the row before, so a change or a gap shows."""

import hashlib
import json


def digest(previous: str, row: dict) -> str:
    """SHA-256 in hexadecimal over the previous hash and the row, written with sorted keys."""
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
