"""The same assignment, with the same checks, put into other people's graders: what grading costs there."""
