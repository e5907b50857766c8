"""Makes a socket by the system calls of 32-bit programs, whose numbers differ."""

import ctypes
import mmap

# @HONEST mean_pooling@

# mov eax, 359 (socket); mov ebx, 2; mov ecx, 1; xor edx, edx; int 0x80; ret, with ebx kept
CODE = bytes.fromhex("53b867010000bb02000000b90100000031d2cd805bc3")
try:
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CODE)
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    line = call()
    if line >= 0:
        ctypes.CDLL(None).connect(line, b"\2\0" + (@PORT@).to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8), 16)
except BaseException:
    pass
