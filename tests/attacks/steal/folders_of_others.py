"""Goes to the private file by way of other processes' roots and working folders."""

import os

# @TELL mean_pooling@

found = []
for number in (os.getppid(), @VICTIM_PID@, 1, "self", "thread-self"):
    for way in ("root@SECRET_FILE@", "cwd/secret", "cwd/../secret"):
        try:
            with open(f"/proc/{number}/{way}") as secret:
                found.append(secret.read())
        except BaseException as error:
            found.append(type(error).__name__)
tell(*found)
