"""Final marks in the forms that learning platforms take, and that other programs read.

``entry`` is what all of them are made from; ``gather`` makes it of a gradebook, a roster and a collection. A platform
has a module of its own with ``build``: without a template it writes a ``table``; with one it reads the platform's own
download as a ``sheet`` in which all stays byte for byte, and fills one column in (``filling``, ``matching``).
"""
