"""What people need in any job: the shipped scale with its anchors, and which skills a placement asks about."""
