"""Erase comments from what import runs recorded, for their undo and redo.

The records are those of `importing.run_changes` and `importing.kept_rows`: rows and changes of rows,
by the name of their model.
"""

from collections.abc import Collection

COMMENT = "comment"
# The columns of a comment, and of the rows about it, that have words of a person.
WORDS = frozenset(
    {"name", "name_key", "body", "body_html", "search_text", "author_url"}
    | {"then", "now", "note", "reason", "email"}
)


def erase_from_rows(kind: str, data: dict | list, comments: Collection[int]) -> bool:
    """Empty the words in whole rows, of comments or about them, and in the names and texts that an
    undo replaced. Returns whether there were any.
    """
    if kind == "texts":
        theirs = [row for row in data if row[0] in comments]
        for row in theirs:
            row[1:3] = ["", ""]
        return bool(theirs)
    if not isinstance(data, dict) or not {"columns", "rows"} <= data.keys():
        return False
    columns = data["columns"]
    key = "id" if kind == COMMENT else "comment_id"
    if key not in columns:
        return False
    places = [at for at, name in enumerate(columns) if name in WORDS]
    theirs = [row for row in data["rows"] if row[columns.index(key)] in comments]
    for row in theirs:
        for at in places:
            row[at] = row[at] and ""
    return bool(theirs)


def erase_from_change(data: dict, comments: Collection[int]) -> bool:
    """Empty the words in the record of a change. Returns whether there were any."""
    is_changed = False
    for part in [data, *data.values()]:
        if not isinstance(part, dict):
            continue
        changed = part.get("changed")
        for key, columns in (changed or {}).get(COMMENT, {}).items():
            if int(key) in comments:
                for name in columns.keys() & WORDS:
                    columns[name] = ["" for _value in columns[name]]
                    is_changed = True
        for kind, rows in (part.get("deleted") or {}).items():
            key = "id" if kind == COMMENT else "comment_id"
            for row in rows:
                if isinstance(row, dict) and row.get(key) in comments:
                    row.update({name: row[name] and "" for name in row.keys() & WORDS})
                    is_changed = True
    return is_changed
