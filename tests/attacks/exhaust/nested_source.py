"""Nests parentheses so deeply that the parser gives up."""

# @HONEST mean_pooling@

deep = @PARENTHESES@
