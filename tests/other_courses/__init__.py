"""The checks of other courses, rebuilt from their descriptions, and what each lets pass that ours catch.

No line of theirs is here: geometry, seeds, upstream gradients and tolerances are theirs, the code is our own.
"""
