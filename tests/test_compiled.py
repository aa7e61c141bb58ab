"""What the compiled program knows about itself, from Nuitka's marker."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.linux_only import not_windows

import wfhagent
from wfhagent.system import compiled as module
from wfhagent.system.compiled import Compiled, compiled, describe, program_in

pytestmark = not_windows("bundles are of macOS")


def bundle_in(folder: Path) -> Compiled:
    """A bundle in *folder*, started by a link: the mark then names a folder of the link."""
    tree = folder / "wfhagent.app" / "Contents" / "MacOS"
    mark = SimpleNamespace(macos_bundle_mode=True, containing_dir="/")
    return describe(tree, mark)


def test_the_tree_of_the_program_is_the_folder_of_its_packages(monkeypatch: pytest.MonkeyPatch):
    mark = SimpleNamespace(containing_dir="/")
    monkeypatch.setattr(module, "__compiled__", mark, raising=False)

    found = compiled()

    assert found is not None
    assert found.folder == Path(wfhagent.__file__).parents[1].resolve()


def test_drop_ins_are_next_to_a_bundle_and_never_in_it(tmp_path: Path):
    found = bundle_in(tmp_path)

    assert found.home == tmp_path
    assert found.bundle == tmp_path / "wfhagent.app"
    assert found.program == tmp_path / "wfhagent.app" / "Contents" / "MacOS" / "wfhagent"


@pytest.mark.parametrize(
    ("folder", "is_download"),
    [
        ("/Users/alice/Downloads", True),
        ("/private/var/folders/x/AppTranslocation/y/d", True),
        ("/Users/alice/Library/Application Support/wfhagent/program", False),
        ("/Library/Application Support/wfhagent/program", False),
        ("/Applications", False),
    ],
)
def test_a_bundle_is_copied_unless_it_is_already_in_place(folder: str, is_download: bool):
    installed = Path("/Users/alice/Library/Application Support/wfhagent/program")

    assert bundle_in(Path(folder)).is_download(installed) is is_download


def test_a_folder_of_a_package_is_no_download_and_an_unpacked_file_is(tmp_path: Path):
    folder = describe(tmp_path, SimpleNamespace(containing_dir=str(tmp_path)))
    file = describe(tmp_path, SimpleNamespace(containing_dir=str(tmp_path / "Downloads")))

    assert not folder.is_download(tmp_path / "program")
    assert file.is_download(tmp_path / "program")


def test_the_copy_of_a_bundle_is_a_bundle(tmp_path: Path):
    assert program_in(tmp_path, bundled=True) == bundle_in(tmp_path).program
    assert program_in(tmp_path, bundled=False).parent == tmp_path
