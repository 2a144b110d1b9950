"""What is deployed: the stack, in parts that the stack wires."""

import os
import sys
from pathlib import Path

# CDK's library runs on Node. The one beside this interpreter is the one that is pinned, so it goes
# before whichever the machine has; this package must be imported before `aws_cdk`.
_HERE = str(Path(sys.executable).parent)
if os.environ.get("PATH", "").split(os.pathsep)[0] != _HERE:
    os.environ["PATH"] = os.pathsep.join((_HERE, os.environ.get("PATH", "")))
