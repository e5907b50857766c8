"""Searches the memory of its parent and of the grader's other processes."""

import os
import re

# @TELL mean_pooling@

found = []


def search(number):
    with open(f"/proc/{number}/maps") as maps, open(f"/proc/{number}/mem", "rb", 0) as memory:
        for line in maps:
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if match:
                first, last = (int(part, 16) for part in match.groups())
                memory.seek(first)
                data = memory.read(min(last - first, 1 << 22))
                place = data.find(b"@CANARY_START@")
                if place >= 0:
                    found.append(data[place : place + 60])


for number in (os.getppid(), @VICTIM_PID@, 1, 2):
    try:
        search(number)
    except BaseException as error:
        found.append(error)
tell(*found)
