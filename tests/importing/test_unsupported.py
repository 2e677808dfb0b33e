"""Known formats that aren't supported are refused by name, and never read as another format."""

import pytest

from commentary.importing.records import SourceError
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article
from tests.importing.exports import remark42, remark42_comment

FEED = b'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title></feed>'


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (FEED, "Atom feed"),
        (b"///DOTCLEAR|2.6|full\n[category cat_id]\n", "Dotclear"),
        (b"<?xml version='1.0'?><livejournal><entry/></livejournal>", "LiveJournal"),
    ],
)
def test_variants_of_unsupported_formats_are_recognised(data, name):
    with pytest.raises(SourceError, match=f"is an? .*{name}"):
        SourceFile.from_bytes("export", data)


@pytest.mark.parametrize(
    "data",
    [
        remark42(remark42_comment("a")),
        b"[" + remark42(remark42_comment("a")).replace(b"\n", b",").rstrip(b",") + b"]",
        b"Title\n\nBy A\n\nAUTHOR: the role\nTITLE: the name\n\n-----\nBODY: of work.\n",
        b"A feed\n\n<feed> is an element of Atom, see blogger.com\n",
        b"A B:\r\n" * 20_000,
    ],
)
def test_similar_files_are_not_refused(data):
    assert SourceFile.from_bytes("export", data)


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b'{"version":1}\n', b'{"version":1,"things":[]}\n'])
def test_a_file_of_which_nothing_is_read_is_never_a_success(data):
    with pytest.raises(SourceError, match="contains no Remark42 comments"):
        import_source(SourceFile.from_bytes("export", data))
    assert not Article.objects.exists()
