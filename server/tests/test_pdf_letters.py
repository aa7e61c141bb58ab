"""Names of all scripts in a PDF: in their fonts and order, with joined letters, never lost."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest

from wfhserver.exports.pdf import fonts
from wfhserver.exports.pdf.document import draw
from wfhserver.exports.pdf.fonts import Fonts
from wfhserver.exports.pdf.letters import Letters, apart
from wfhserver.exports.pdf.order import Block, Order

SIZE = 10.0
NAMES = (
    "Émile Žižka",
    "E\N{COMBINING ACUTE ACCENT}mile",
    "Олена",
    "Ελένη",
    "محمد عبد الله",
    "אבי כהן",
    "हिन्दी क्षत्रिय",
    "বাংলা রায়",
    "ਪੰਜਾਬੀ",
    "ગુજરાતી",
    "தமிழ் செல்வி",
    "తెలుగు",
    "ಕನ್ನಡ",
    "മലയാളം",
    "සිංහල",
    "สมชาย ก้องเกียรติ",
    "ລາວ",
    "ខ្មែរ",
    "မြန်မာ",
    "አማርኛ",
    "ქართული",
    "Հայերեն",
    "山田.太郎",
    "김민준",
)


@pytest.fixture(scope="module")
def letters() -> Letters:
    return Letters(Fonts(None))


def drawn(letters: Letters, text: str) -> list[str]:
    return [part.drawn for part in letters.parts(text, SIZE)]


def written(folder: Path, *names: str) -> Path:
    """Draw a PDF of those names; return its file."""
    file = folder / "names.pdf"
    order = Order(
        title="Names",
        author="anna",
        summary=[],
        made="",
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
        blocks=[Block([name], None) for name in names],
        screenshots="",
        font=None,
        output=str(file),
    )
    draw(order, [None] * len(names))
    return file


def read(file: Path) -> str:
    """Return what another program reads in it."""
    command = ["pdftotext", "-layout", str(file), "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    # It marks where the direction changes.
    return re.sub("[\u202a-\u202e\u200e\u200f]", "", text)


def test_another_program_reads_each_name_as_it_is(tmp_path: Path) -> None:
    text = read(written(tmp_path, *NAMES))

    composed = [name.replace("E\N{COMBINING ACUTE ACCENT}", "É") for name in NAMES]
    assert [name for name in composed if name not in text] == []
    assert "\N{REPLACEMENT CHARACTER}" not in text


def test_every_letter_is_in_a_font_that_is_in_the_file(tmp_path: Path) -> None:
    pages = pypdf.PdfReader(written(tmp_path, *NAMES)).pages

    for page in pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            embedded = font.get("/FontDescriptor", {})
            is_standard = font["/BaseFont"] == "/Helvetica"
            assert is_standard or "/FontFile2" in embedded, font["/BaseFont"]


def test_letters_from_the_right_stand_in_the_order_in_which_they_are_seen(letters: Letters) -> None:
    assert "".join(drawn(letters, "x שלום y")) == "x םולש y"
    assert "".join(drawn(letters, f"{apart('נועה (7)!')} y")) == "!(7) העונ y"
    assert "".join(drawn(letters, f"{apart('תל אביב')} (32, 34)")) == "ביבא לת (32, 34)"


def test_letters_are_joined_and_stacked(letters: Letters) -> None:
    # Lam and alef are one glyph, and so are ka, virama and ssa.
    assert len("".join(drawn(letters, "لا"))) == 1
    assert len("".join(drawn(letters, "क्ष"))) == 1
    # Beh looks otherwise at the beginning, in the middle and at the end.
    assert len(set("".join(drawn(letters, "ببب")))) == 3
    # What keeps letters apart does so.
    assert "".join(drawn(letters, "ب\N{ZERO WIDTH NON-JOINER}ب")) != "".join(drawn(letters, "بب"))


def test_a_character_that_no_font_has_is_marked_explained_and_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_files", dict)
    file = written(tmp_path, "สมชาย", "𓀀 pharao")

    text = read(file)
    assert "สมชาย" in text
    assert "𓀀 pharao" in text
    assert "is a character that no font here has (Egyptian, Thai). You can still copy it." in text
    first = pypdf.PdfReader(file).pages[0].extract_text()
    assert "\N{REPLACEMENT CHARACTER}" * len("สมชาย") in first


def test_signs_that_turn_text_round_do_not(letters: Letters) -> None:
    override = "\N{RIGHT-TO-LEFT OVERRIDE}"

    assert "".join(drawn(letters, letters.fit(f"a{override}bc", SIZE, 100))) == "a bc"


def test_a_name_that_is_too_long_is_cut_where_it_ends(letters: Letters) -> None:
    for name in ("alice", "محمد", "हिन्दी"):
        cut = letters.fit(name * 20, SIZE, 100)

        assert cut.endswith("…")
        assert (name * 20).startswith(cut[:-1])
        assert len(cut) > len(name)
