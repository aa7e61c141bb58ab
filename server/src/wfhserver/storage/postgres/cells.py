"""Text in the cells of a CSV file: no cell is a formula."""

from wfhserver.names import INVISIBLE

# What a spreadsheet computes, with blanks or invisible characters before it or not; some take the
# wide forms as well. A cell may begin behind a semicolon, too, where lists are separated by them.
# By number: what `\s` matches beyond ASCII depends on the locale of the database.
_BLANKS = r"\s\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
_BEGINS = rf"[{_BLANKS}{INVISIBLE}]*[-=+@\uFF1D\uFF0B\uFF20\uFF0D]"
_FORMULA = rf"^(?=[\t\r\n]|{_BEGINS})|(;|(?<=.)[\t\r\n])(?={_BEGINS})"


def guarded(text: str) -> str:
    """Return SQL of *text*, SQL as well, so that a spreadsheet takes it for text."""
    # Asked first, for hardly anything is one.
    replaced = f"regexp_replace({text}, '{_FORMULA}', '\\1''', 'g')"
    return f"CASE WHEN {text} ~ '{_FORMULA}' THEN {replaced} ELSE {text} END"
