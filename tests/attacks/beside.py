"""What hostile submissions hand in beside their own file, under the names of modules that it should shadow."""

import sys

for name in ("numpy", "json", "autograder", "autograder.marking", "autograder.compare"):
    module = sys.modules.get(name)
    for function in ("abs", "dumps", "mark", "closeness_problem", "array_problem"):
        if hasattr(module, function):
            setattr(module, function, lambda *arguments, **keywords: None)
with open("@VICTIM_FILE@", "a") as victim:
    victim.write("a file beside a submission was imported\n")
raise SystemExit("a file beside a submission was imported")
