"""Writes answers to every number ahead of time onto every descriptor that takes them."""

# @STUB mean_pooling@
# @CHANNEL@

for number in range(400):
    everywhere(frame({"number": number, "value": True, "arrays": []}))
