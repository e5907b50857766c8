"""Is saved as UTF-16, where every other byte is zero."""

# @HONEST mean_pooling@
