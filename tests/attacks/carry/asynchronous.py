"""Calls a service from an event loop, which makes sockets of its own."""

import asyncio

# @HONEST mean_pooling@


async def call():
    _, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", @PORT@), 0.5)
    writer.write(b"carried by a loop\n")
    await writer.drain()


try:
    asyncio.run(call())
except BaseException:
    pass
