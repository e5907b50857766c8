"""What ``make release`` writes: every form of the assignments, for students and for staff, and a list of it all."""
