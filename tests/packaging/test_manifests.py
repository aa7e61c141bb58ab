"""The manifests for winget and Homebrew: of the files of a release, and refused otherwise."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

from installers import msi
from manifests import __main__ as command
from manifests import winget
from manifests.release import ReleaseError, read_release

URL = "https://downloads.example.com/wfhagent/0.1.0"
MACS = ("wfhagent-0.1.0-arm64.pkg", "wfhagent-0.1.0-x86_64.pkg")
needs_wixl = pytest.mark.skipif(
    not all(map(shutil.which, ("wixl", "wixl-heat", "msibuild", "msiinfo"))),
    reason="wixl and msitools are not installed",
)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release for Macs, with something that is of no interest."""
    folder = tmp_path / "release"
    folder.mkdir()
    for name in (*MACS, "wfhagent-linux.tar.gz"):
        (folder / name).write_text(name)
    return folder


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MSI around stand-ins for the programs."""
    folder = tmp_path_factory.mktemp("windows") / "wfhagent"
    folder.mkdir()
    for name in ("wfhagent.exe", "wfhagentw.exe"):
        (folder / name).write_text(name)
    return msi.build(folder.parent / "made", folder, "0.1.0")


@needs_wixl
def test_winget_gets_three_files_with_the_codes_and_the_hash_of_the_msi(
    release: Path, package: Path, tmp_path: Path
):
    shutil.copy(package, release)

    files = command.write(release, f"{URL}/", tmp_path / "made")

    by_name = {file.name: yaml.safe_load(file.read_text()) for file in files[:3]}
    assert list(by_name) == [
        f"wfhagent.wfhagent{kind}.yaml" for kind in ("", ".installer", ".locale.en-US")
    ]
    assert files[0].parent == (
        tmp_path / "made/winget/manifests/w/wfhagent/wfhagent/0.1.0"
    )  # where winget's own repository expects it
    (installer,) = by_name["wfhagent.wfhagent.installer.yaml"]["Installers"]
    assert installer == {
        "Architecture": "x64",
        "InstallerUrl": f"{URL}/wfhagent-0.1.0.msi",
        "InstallerSha256": digest(package).upper(),
    }
    codes = by_name["wfhagent.wfhagent.installer.yaml"]["AppsAndFeaturesEntries"][0]
    assert codes["UpgradeCode"] == f"{{{msi.UPGRADE_CODE}}}"
    assert codes["ProductCode"] == by_name["wfhagent.wfhagent.installer.yaml"]["ProductCode"]


@needs_wixl
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("PackageIdentifier", "wfhagent"),
        ("PackageVersion", "0.1/0"),
        ("InstallerType", "deb"),
        ("Installers", []),
        ("Unknown", "x"),
    ],
)
def test_a_field_that_winget_would_refuse_is_named(
    field: str, value: object, release: Path, package: Path
):
    shutil.copy(package, release)
    made = winget.installer(read_release(release, URL), package)
    winget.check(made)

    with pytest.raises(ReleaseError, match=r"installer manifest for winget is wrong"):
        winget.check({**made, field: value})


def test_the_cask_has_both_processors_and_removes_what_the_package_brings(
    release: Path, tmp_path: Path
):
    (file,) = command.write(release, URL, tmp_path / "made")

    text = file.read_text()
    assert file == tmp_path / "made/homebrew/Casks/wfhagent.rb"
    for name, processor in zip(MACS, ("arm:   ", "intel: "), strict=True):
        assert f'{processor}"{digest(release / name)}"' in text
    assert f'url "{URL}/wfhagent-#{{version}}-#{{arch}}.pkg"' in text
    assert "/Library/Application Support/wfhagent/uninstall" in text
    if shutil.which("ruby"):
        subprocess.run(["ruby", "-wc", str(file)], check=True, capture_output=True)


def test_the_hashes_are_compared_with_those_that_the_release_was_signed_with(release: Path):
    sums = release / "SHA256SUMS"
    lines = [f"{digest(release / name)}  {name}\n" for name in MACS]
    sums.write_text("".join(lines))
    assert read_release(release, URL).version == "0.1.0"

    sums.write_text(lines[0])
    with pytest.raises(ReleaseError, match=r"no hash of wfhagent-0\.1\.0-x86_64\.pkg"):
        read_release(release, URL)

    sums.write_text(lines[0] + f"{'0' * 64}  {MACS[1]}\n")
    with pytest.raises(ReleaseError, match=r"another hash of wfhagent-0\.1\.0-x86_64\.pkg"):
        read_release(release, URL)


def test_a_folder_that_is_no_release_is_refused_with_a_sentence(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(ReleaseError, match=r"does not begin with https://"):
        read_release(release, "http://downloads.example.com")
    with pytest.raises(ReleaseError, match=r"has no wfhagent-<version>\.msi or \.pkg"):
        read_release(tmp_path, URL)
    (release / "wfhagent-0.1.1.msi").touch()
    with pytest.raises(ReleaseError, match=r"files of the versions 0\.1\.0, 0\.1\.1"):
        read_release(release, URL)
    (release / "wfhagent-0.1.1.msi").unlink()
    (release / MACS[0]).unlink()
    with pytest.raises(ReleaseError, match=r"is alone\. Homebrew needs arm64 and x86_64"):
        read_release(release, URL)
