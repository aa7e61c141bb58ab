"""The macOS bundle: how Nuitka is called for it, and its layout and signature. No Mac."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

import macos_bundle

MACH_O = bytes.fromhex("cffaedfe") + b"code"
FAT = bytes.fromhex("cafebabe") + b"code"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A bundle as Nuitka leaves it: code and data side by side."""
    app = tmp_path / "wfhagent.app"
    programs = app / "Contents" / "MacOS"
    (programs / "certifi").mkdir(parents=True)
    (programs / "PIL" / "deep").mkdir(parents=True)
    (app / "Contents" / "Info.plist").write_text("plist")
    for name in ("wfhagent", "Python", "libssl.dylib", "PIL/_imaging.so"):
        (programs / name).write_bytes(MACH_O)
    (programs / "PIL" / "deep" / "no-suffix").write_bytes(FAT)
    (programs / "certifi" / "cacert.pem").write_text("pem")
    (programs / "notes.txt").write_text("data")
    return app


def test_only_code_stays_among_the_programs_and_everything_is_found_where_it_was(app: Path):
    programs = app / "Contents" / "MacOS"
    before = {
        file.relative_to(programs): file.read_bytes()
        for file in programs.rglob("*")
        if file.is_file()
    }

    macos_bundle.relocate_data(app)
    macos_bundle.relocate_data(app)

    files = {entry.name for entry in programs.iterdir() if not entry.is_symlink()}
    assert files == {"wfhagent", "Python", "libssl.dylib"}
    assert {name: (programs / name).read_bytes() for name in before} == before
    assert (programs / "PIL").readlink() == Path("../Resources/PIL")


def test_every_piece_of_code_is_signed_once_the_inner_first_and_the_bundle_last(app: Path):
    macos_bundle.relocate_data(app)

    order = [str(path.relative_to(app.parent)) for path in macos_bundle.signing_order(app)]

    contents = "wfhagent.app/Contents"
    assert order == [
        f"{contents}/Resources/PIL/deep/no-suffix",
        f"{contents}/Resources/PIL/_imaging.so",
        f"{contents}/MacOS/Python",
        f"{contents}/MacOS/libssl.dylib",
        "wfhagent.app",
    ]


def test_a_signature_with_a_certificate_is_one_that_can_be_notarized(app: Path):
    signed = macos_bundle.sign_command(app, "Developer ID Application: X")
    ad_hoc = macos_bundle.sign_command(app, macos_bundle.AD_HOC)

    assert signed[1:] == [
        *("--force", "--timestamp", "--options", "runtime"),
        *("--sign", "Developer ID Application: X", str(app)),
    ]
    assert ad_hoc[1:] == ["--force", "--sign", "-", str(app)]


def test_nuitka_is_asked_for_a_bundle_on_macos_and_for_one_file_elsewhere():
    from build_binary import shape  # noqa: PLC0415 -- it looks for the compiler's packages

    mac, linux = shape("darwin", "0.1.0"), shape("linux", "0.1.0")

    assert mac[:2] == ["--mode=app", "--macos-app-mode=ui-element"]
    assert "--macos-signed-app-name=org.wfhagent.agent" in mac
    assert "--macos-app-version=0.1.0" in mac
    assert any("NSLocalNetworkUsageDescription:wfhagent reports" in option for option in mac)
    assert not any("onefile" in option for option in mac)
    assert linux[0] == "--mode=onefile"
    assert not any("macos" in option for option in linux)
