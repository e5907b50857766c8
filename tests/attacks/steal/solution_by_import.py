"""Imports the reference solution as a module, by every way of importing."""

import importlib.util
import runpy
import sys

# @TELL mean_pooling@

failures = []
try:
    sys.path.insert(0, "@KIT@")
    from solutions.mean_pooling import MeanPoolingLayer
except BaseException as error:
    failures.append(error)
try:
    spec = importlib.util.spec_from_file_location("stolen", "@KIT@/solutions/mean_pooling.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    MeanPoolingLayer = module.MeanPoolingLayer
except BaseException as error:
    failures.append(error)
try:
    MeanPoolingLayer = runpy.run_path("@KIT@/solutions/mean_pooling.py")["MeanPoolingLayer"]
except BaseException as error:
    failures.append(error)
if len(failures) == 3:
    tell(*failures)
