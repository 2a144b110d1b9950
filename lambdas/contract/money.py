"""Amounts of money as the report, the refusals and the client show them, all alike."""

import math


def usd(amount: float | None) -> str:
    """Return an amount as texts show it: cents, or two digits of less than a dollar.

    >>> usd(1234.5), usd(0.17), usd(0.00042), usd(0), usd(None)
    ('$1,234.50', '$0.17', '$0.00042', '$0', 'unknown')
    """
    if amount is None:
        return "unknown"
    if amount == 0:
        return "$0"
    return f"${amount:,.{_decimals(amount)}f}"


def usd_at_least(amount: float) -> str:
    """Return an amount without the sign, rounded up as `usd` rounds: a limit that suffices.

    >>> usd_at_least(0.4201), usd_at_least(9.5057)
    ('0.43', '9.51')
    """
    decimals = _decimals(amount)
    # A cent and the noise of a float, as 0.07000000000000001, is a cent.
    raised = math.ceil(round(amount * 10**decimals, 9)) / 10**decimals
    return f"{raised:.{decimals}f}"


def _decimals(amount: float) -> int:
    """Return the decimals that show two digits of an amount, two of a dollar or more."""
    return 2 if amount == 0 or amount >= 1 else 1 - math.floor(math.log10(amount))
