"""Turns every warning and every floating-point event of the process into an error."""

import warnings

# @HONEST mean_pooling@

warnings.simplefilter("error")
np.seterr(all="raise")
np.set_printoptions(threshold=1, formatter={"all": lambda value: "100"})
