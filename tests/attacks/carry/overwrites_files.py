"""Writes into, truncates, renames, removes and takes over the files of the person who grades."""

import os
import shutil

# @HONEST mean_pooling@

for harm in (
    lambda: open("@VICTIM_FILE@", "a").write("carried\n"),
    lambda: os.truncate("@VICTIM_FILE@", 0),
    lambda: os.rename("@VICTIM_FILE@", "@VICTIM_FILE@.gone"),
    lambda: os.chmod("@VICTIM_FILE@", 0o777),
    lambda: os.chown("@VICTIM_FILE@", 65534, 65534),
    lambda: os.utime("@VICTIM_FILE@", (0, 0)),
    lambda: os.setxattr("@VICTIM_FILE@", "user.carried", b"1"),
    lambda: os.link("@VICTIM_FILE@", "@VICTIM_DIR@/linked"),
    lambda: os.symlink("@SECRET_FILE@", "@VICTIM_DIR@/symbolic"),
    lambda: os.mkfifo("@VICTIM_DIR@/pipe"),
    lambda: os.mkdir("@VICTIM_DIR@/made"),
    lambda: open("@KIT@/solutions/mean_pooling.py", "a").write("# carried\n"),
    lambda: open("@SUBMISSIONS@/@STUDENT@/mean_pooling.py", "a").write("# carried\n"),
    lambda: shutil.rmtree("@VICTIM_DIR@"),
    lambda: os.remove("@VICTIM_FILE@"),
):
    try:
        harm()
    except BaseException:
        continue
