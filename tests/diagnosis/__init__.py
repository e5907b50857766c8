"""How often what went wrong is named rightly: ``python -m tests.diagnosis``."""
