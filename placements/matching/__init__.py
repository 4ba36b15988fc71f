"""Students and places: who may go where, the best way to do it for all, and why. Pure."""
