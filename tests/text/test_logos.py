"""Only pictures that can do nothing become logos."""

import io

import pytest
from PIL import Image

from commentary.text.logos import MAX_LOGO, LogoProblem, read_logo

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 28"'


def svg(inside: str = "", attributes: str = "") -> bytes:
    return f"{HEAD} {attributes}>{inside}</svg>".encode()


def png(width: int, height: int) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height)).save(made, "PNG")
    return made.getvalue()


def test_the_width_of_a_logo_follows_from_its_shape():
    assert read_logo(svg("<path d='M0 0h48v28'/>")).width_at(28) == 48
    assert read_logo(png(200, 100)).width_at(28) == 56
    sized = b'<svg xmlns="http://www.w3.org/2000/svg" width="20px" height="10"/>'
    assert read_logo(sized).width_at(28) == 56


@pytest.mark.parametrize(
    "data",
    [
        svg("<script>1</script>"),
        svg("<g onclick='x()'/>"),
        svg(attributes="onload='x()'"),
        svg("<a href='https://a.example/'/>"),
        svg("<image href='data:image/png;base64,AA'/>"),
        svg('<use xmlns:l="http://www.w3.org/1999/xlink" l:href="https://a.example/#a"/>'),
        svg("<foreignObject/>"),
        svg("<style>@import 'x'</style>"),
        svg("<rect style='fill: url(https://a.example/)'/>"),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("&a;"),
        b'<?xml-stylesheet href="x"?>' + svg(),
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan 28"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 0"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1"/>',
        b"<svg viewBox='0 0 1 1'/>",
        b"<html></html>",
        b"\xff\xfe",
        b"",
        b"GIF89a",
        png(2, 2)[:30],
        png(5_000, 300),
        svg("x" * MAX_LOGO),
    ],
    ids=range(23),
)
def test_other_files_are_refused(data):
    with pytest.raises(LogoProblem):
        read_logo(data)


def test_references_within_the_file_are_kept():
    inside = "<defs><g id='a'/></defs><use href='#a'/><rect fill='url(#a)'/>"
    assert read_logo(svg(inside)).kind == "svg"
