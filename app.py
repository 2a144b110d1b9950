"""What the CDK command line runs: write the stack's template into the cloud assembly."""

import sys

from infrastructure.app import make_app
from infrastructure.settings import SettingsError

try:
    make_app().synth()
except SettingsError as error:
    sys.exit(f"settings: {error}")
