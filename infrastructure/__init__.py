"""What is deployed: the stack, its constructs and its settings."""

import os
import sys
from pathlib import Path

# CDK's library runs on Node. The pinned one lies beside this interpreter, so that folder must come
# first in PATH. Import this package before `aws_cdk`.
_HERE = str(Path(sys.executable).parent)
if os.environ.get("PATH", "").split(os.pathsep)[0] != _HERE:
    os.environ["PATH"] = os.pathsep.join((_HERE, os.environ.get("PATH", "")))
