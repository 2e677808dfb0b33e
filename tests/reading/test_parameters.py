"""Query parameters: anything this site would not have written is invalid."""

from datetime import UTC, date, datetime

import pytest

from commentary.reading.parameters import (
    HIGHEST_KEY,
    HIGHEST_NUMBER,
    SearchCursor,
    ThreadCursor,
    TimelineCursor,
    parse_day,
    parse_key,
    parse_number,
)


def test_a_number_is_limited_to_what_the_database_can_store():
    assert parse_number("7") == 7
    assert parse_number(str(HIGHEST_NUMBER)) == HIGHEST_NUMBER
    assert parse_number(str(HIGHEST_NUMBER + 1)) is None
    assert parse_key(str(HIGHEST_KEY)) == HIGHEST_KEY
    assert parse_key(str(HIGHEST_KEY + 1)) is None


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", "1\n", " 1", "١", "²", "1" * 5_000])
def test_only_ascii_digits_are_a_number(text):
    assert parse_number(text) is None
    assert parse_key(text) is None


@pytest.mark.parametrize(
    "text", ["", "2026-1-31", "2026-02-30", "20260131", "2026-01-31\n", "٢٠٢٦-01-31", "0000-01-01"]
)
def test_a_day_has_one_spelling(text):
    assert parse_day(text) is None
    assert parse_day("2026-01-31") == date(2026, 1, 31)


def test_a_cursor_is_parsed_as_it_is_written():
    for sort, text in (("oldest", "57"), ("newest", "57"), ("replies", "12-57")):
        assert ThreadCursor.parse(text, sort).written(sort) == text
    cursor = TimelineCursor(datetime(2026, 1, 31, 9, tzinfo=UTC), 7)
    assert TimelineCursor.parse(str(cursor)) == cursor
    assert TimelineCursor.parse("undated-7") == TimelineCursor(None, 7)
    for place in (SearchCursor(12, 3400), SearchCursor(None, 3400)):
        assert SearchCursor.parse(str(place), 9999) == place


@pytest.mark.parametrize("text", ["12-57", "x", "-57", "", f"{HIGHEST_NUMBER + 1}"])
def test_a_thread_cursor_of_another_order_is_invalid(text):
    assert ThreadCursor.parse(text, "oldest") is None


@pytest.mark.parametrize("text", ["57", "12-", "-57", "a-b", "12-57-1"])
def test_a_thread_cursor_sorted_by_replies_has_two_numbers(text):
    assert ThreadCursor.parse(text, "replies") is None


@pytest.mark.parametrize("text", ["7", "undated", "undated-", "-7", "x-7", f"{HIGHEST_KEY}-7"])
def test_a_time_out_of_range_is_invalid(text):
    assert TimelineCursor.parse(text) is None


@pytest.mark.parametrize("text", ["", "x", "1.", ".1", "1.2.3", "10000", "1.10000"])
def test_a_position_after_the_last_result_is_invalid(text):
    assert SearchCursor.parse(text, 9999) is None
