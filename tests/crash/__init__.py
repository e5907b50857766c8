"""What becomes of a run whose grader, controllers, warm parents and workers are killed, and of what it writes to."""
