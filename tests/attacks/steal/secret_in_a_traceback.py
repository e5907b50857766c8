"""Compiles code under the name of the private file, so that a traceback quotes that file."""

import linecache

# @TELL mean_pooling@

found = [linecache.getline("@SECRET_FILE@", 1), linecache.getline("@KIT@/solutions/mean_pooling.py", 1)]
tell(*found)
__file__ = "@SECRET_FILE@"
code = "def backward(self, dout):\n    raise ValueError(str(dout.shape))\n"
namespace = {}
exec(compile(code.replace("\n    ", " "), __file__, "exec"), namespace)
if not any(found):
    MeanPoolingLayer.backward = namespace["backward"]
