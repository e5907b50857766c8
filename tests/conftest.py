"""Set before numpy is imported: what a worker's environment sets too (``sandbox.start``)."""

import os

from hypothesis import HealthCheck, settings

# A BLAS of many threads spins in all of them, and CPU time is what the speed check measures.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

# Nothing that Hypothesis tries out here is about time, and the machine may be busy.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_sessionfinish() -> None:
    """The warm parents that tests share end with the tests."""
    from tests.support import close_shared_workers

    close_shared_workers()
