"""Is a source file of two megabytes."""

# @HONEST mean_pooling@

# @TWO_MEGABYTES@
