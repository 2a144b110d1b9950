"""Amounts of money as the client shows them."""

import math


def usd(amount: float | None) -> str:
    """Return an amount in USD: cents, or two digits of less than a dollar; never 0 for unknown.

    >>> usd(9.5057), usd(0.00042), usd(None)
    ('$9.51', '$0.00042', 'unknown')
    """
    if amount is None:
        return "unknown"
    if amount == 0:
        return "$0"
    decimals = 2 if amount >= 1 else 1 - math.floor(math.log10(amount))
    return f"${amount:,.{decimals}f}"
