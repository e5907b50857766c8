"""How fast the reference layers are, beside torch's kernels and beside plain loops: ``python -m tests.layers``."""
