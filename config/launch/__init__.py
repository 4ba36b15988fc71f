"""`make run`, `make test` and the rest: processes and the embedded database. Knows nothing of placements."""
