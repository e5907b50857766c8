"""The gradebook: every result ever made, what staff changed and why, and what each student's mark comes to."""
