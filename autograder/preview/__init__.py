"""``autograder preview``: what students will see, on a page that only this machine can open."""
