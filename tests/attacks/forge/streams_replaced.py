"""Puts objects in the place of the standard streams that raise whatever is done with them."""

import sys

# @HONEST mean_pooling@


class Bomb:
    def __getattr__(self, name):
        raise SystemExit(f"sys.stdout.{name}")


sys.stdout = sys.stderr = sys.stdin = sys.__stdout__ = sys.__stderr__ = Bomb()
sys.excepthook = sys.displayhook = Bomb()
