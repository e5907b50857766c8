"""What students handed in, as a course has it, brought into the form that ``grade`` reads.

A platform's download is listed as a tree (``tree``, ``disk``, ``bundle``); one module for each platform says by
that platform's rules who handed in what; ``matching`` finds them on the roster; ``choosing`` says which attempt
counts; ``picking`` takes the files that matter; ``outbox`` writes them and ``record`` writes down where they came from.
"""
