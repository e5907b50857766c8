"""What grading costs, beside its own floor and beside other people's graders: ``python -m tests.bench``."""
