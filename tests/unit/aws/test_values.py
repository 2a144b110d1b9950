"""Values on their way into DynamoDB and back."""

from decimal import Decimal

from lambdas.aws.values import plain, stored


def test_floats_are_stored_to_their_last_digit_in_members_as_well() -> None:
    value = {"mean": 0.1, "points": [(0.5, 1)], "gold": None, "tied": True, "text": "0.1"}

    assert stored(value) == {
        "mean": Decimal("0.1"),
        "points": [[Decimal("0.5"), 1]],
        "gold": None,
        "tied": True,
        "text": "0.1",
    }


def test_numbers_come_back_whole_where_they_are_whole() -> None:
    found = plain({"mean": Decimal("0.1"), "counts": [Decimal("3"), Decimal("1E+2")], "gold": None})

    assert found == {"mean": 0.1, "counts": [3, 100], "gold": None}
    assert [type(count) for count in found["counts"]] == [int, int]
