"""Notebooks: what an assignment's is made of, and how a student's becomes a module again."""
