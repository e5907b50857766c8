"""Is a source file just under the limit, most of it one line."""

# @HONEST mean_pooling@

# @NINE_HUNDRED_KILOBYTES@
