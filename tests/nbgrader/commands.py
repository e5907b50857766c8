"""nbgrader's commands, one after another in one process, for each start takes seconds.

Every argument is a command in JSON, a list of words; the first that fails ends the process with its exit code.
"""

from __future__ import annotations

import json
import os
import sys
import traceback


def main(commands: list[str]) -> None:
    """Run them as nbgrader's own tests do."""
    from jupyter_core.application import NoStart
    from nbgrader.apps import NbGraderApp

    environment = dict(os.environ)
    for command in commands:
        os.environ.clear()
        os.environ.update(environment)
        app = NbGraderApp.instance()
        try:
            app.initialize(json.loads(command))
            app.start()
        except NoStart:  # how an application says that another one has done the work
            pass
        except SystemExit as end:
            if end.code:
                raise
        except Exception:
            traceback.print_exc()
            sys.exit(1)
        finally:
            app.reset()
            NbGraderApp.clear_instance()


if __name__ == "__main__":
    main(sys.argv[1:])
