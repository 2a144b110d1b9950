"""What the CDK command line runs: write the stack's template into the cloud assembly."""

import sys

from infrastructure.settings import SettingsError
from infrastructure.synth import make_app

try:
    make_app().synth()
except SettingsError as error:
    sys.exit(f"settings: {error}")
