"""The trusted side against a confined side that says whatever it likes: ``python -m tests.fuzz``.

``damage`` makes replies, most of them damaged; ``drive`` lets the trusted side ask for them and looks at
what comes out.
"""
