"""Real processes that are killed with kill -9 while letters go out: what docs/decisions/0022 rests on."""
