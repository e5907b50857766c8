"""Reads the lists of users and of password hashes."""

import pwd

# @TELL mean_pooling@

found = []
for path in ("/etc/shadow", "/etc/passwd", "/etc/sudoers", "/etc/ssh/ssh_host_rsa_key", "/etc/machine-id"):
    try:
        with open(path) as secret:
            found.append((path, secret.read()[:60]))
    except BaseException as error:
        found.append(error)
try:
    found.append(pwd.getpwall()[0])
except BaseException as error:
    found.append(error)
tell(*found)
