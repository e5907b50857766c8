"""Has an expression of a hundred thousand operators, which overflows a careless compiler."""

# @HONEST mean_pooling@

long = @MINUSES@
