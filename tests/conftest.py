"""Set before numpy is imported: what a worker's environment sets too (``sandbox.start``)."""

import os

# A BLAS of many threads spins in all of them, and CPU time is what the speed check measures.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"


def pytest_sessionfinish() -> None:
    """The warm parents that tests share end with the tests."""
    from tests.support import close_shared_workers

    close_shared_workers()
