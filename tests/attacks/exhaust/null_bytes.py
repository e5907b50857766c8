"""Has null bytes in its source."""

# @HONEST mean_pooling@

# @NUL@
