"""Hostile submissions, each a file of its own in the folder of its class; ``corpus`` says what becomes of them."""
