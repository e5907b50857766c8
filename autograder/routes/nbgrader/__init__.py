"""nbgrader: the assignments as a course of its own, and marks for its gradebook that no kernel has made."""
