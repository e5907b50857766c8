"""Is saved with a byte order mark, as some editors do."""

# @HONEST mean_pooling@
