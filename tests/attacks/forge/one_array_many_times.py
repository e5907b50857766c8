"""Lets a small frame name its one array ten thousand times."""

import sys

# @STUB mean_pooling@

module = sys.modules.get("autograder.worker")
if module is not None:

    def encoded(self, result, parcel):
        parcel.add(np.zeros(1 << 20))
        return {"list": [{"array": 0, "layout": "strided"}] * 10_000}

    module.Worker._encoded = encoded
