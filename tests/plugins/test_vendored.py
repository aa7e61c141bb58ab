"""Packages in `_vendor` of a drop-in: found by their full name, and covered by its hash."""

import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.drop_ins import collector, drop
from tests.linux_only import linux_only
from tests.plugins.test_bytecode import Laptop

from wfhagent.plugins import library_copies
from wfhagent.plugins.dropin import load_drop_in
from wfhagent.plugins.tree import read_tree
from wfhagent.plugins.vendored import find_vendored, this_platform
from wfhagent.process.child import serve

USES = "import feasts; assert feasts.NUMBER == 80"


@pytest.fixture
def laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    return Laptop(tmp_path)


def vendored(laptop: Laptop, name: str, source: str = "NUMBER = 80\n") -> Path:
    return drop(laptop.battery, f"_vendor/{name}", source)


@pytest.mark.parametrize("when", ["at_import", "body"])
@pytest.mark.parametrize("place", ["", f"{this_platform()}/"], ids=["pure", "platform"])
def test_a_package_is_found_by_its_full_name(laptop: Laptop, when: str, place: str):
    drop(laptop.battery, "__init__.py", collector(**{when: USES}))
    vendored(laptop, f"{place}feasts/__init__.py", "from feasts.days import NUMBER\n")
    vendored(laptop, f"{place}feasts/days.py")

    assert laptop.collects()


def test_a_package_for_another_platform_is_not_found(laptop: Laptop):
    drop(laptop.battery, "__init__.py", collector(body=USES))
    vendored(laptop, "beos-x86_64-cp31/feasts.py")

    assert "the plugin has feasts for beos-x86_64-cp31" in laptop.collect().failures["battery"]


def test_planted_bytecode_of_a_package_never_runs(laptop: Laptop):
    drop(laptop.battery, "__init__.py", collector(body=USES))
    laptop.plant(vendored(laptop, "feasts.py"))

    assert laptop.collects()


def test_a_package_that_is_swapped_or_added_after_the_hash_was_taken_never_runs(laptop: Laptop):
    file = vendored(laptop, "feasts.py")
    added = file.with_name("added.py")
    swaps = f"open({str(file)!r}, 'w').write({laptop.evil!r})"
    adds = f"open({str(added)!r}, 'w').write({laptop.evil!r})"
    drop(laptop.battery, "__init__.py", collector(body=f"{swaps}; import feasts"))
    assert "is not covered by the hash" in laptop.collect().failures["battery"]

    file.write_text("NUMBER = 80\n")
    drop(laptop.battery, "__init__.py", collector(body=f"{adds}; import added"))
    assert "is not covered by the hash" in laptop.collect().failures["battery"]


def test_pythons_own_modules_come_before_packages_and_installed_ones_after_them(tmp_path: Path):
    plugin = drop(tmp_path, "battery/_vendor/feasts.py", "").parents[1]
    drop(plugin, f"_vendor/{this_platform()}/fast.py", "")
    path = ["/lib/python3", "/venv/site-packages", "/more/site-packages"]

    for _twice in range(2):
        find_vendored(plugin, path)

    vendor = plugin / "_vendor"
    ours = [str(vendor / this_platform()), str(vendor)]
    assert path == ["/lib/python3", *ours, "/venv/site-packages", "/more/site-packages"]


def _extensions(laptop: Laptop) -> Path:
    """Copy a real extension module into the packages, twice, and one for another platform."""
    found = find_spec("markupsafe._speedups")
    assert found is not None
    assert found.origin is not None
    folder = vendored(laptop, f"{this_platform()}/fast/__init__.py", "").parent
    for place in (folder, folder / "again", laptop.battery / "_vendor/beos-x86_64-cp31"):
        place.mkdir(exist_ok=True)
        shutil.copyfile(found.origin, place / Path(found.origin).name)
    drop(folder, "again/__init__.py", "")
    return folder


def test_a_compiled_package_works(laptop: Laptop):
    folder = _extensions(laptop)
    uses = (
        "from fast import _speedups; import fast.again._speedups; "
        "assert _speedups._escape_inner('<') == '&lt;'; "
        f"assert _speedups.__file__.startswith({str(folder)!r})"
    )
    drop(laptop.battery, "__init__.py", collector(body=uses))

    assert laptop.collects()


@linux_only("the list of loaded libraries; Windows loads no copy, for it could not remove it")
def test_libraries_are_copied_once_and_deleted_at_the_end(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    _extensions(laptop)
    both = "import fast._speedups, fast.again._speedups\n"
    drop(laptop.battery, "__init__.py", both)
    temporary = tmp_path / "temporary"
    left_behind = temporary / "wfhagent-libraries-0999999999-x"
    left_behind.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr("wfhagent.plugins.verified.only_root_writes", lambda _path: False)
    monkeypatch.setattr(library_copies, "_folders", {})
    monkeypatch.setattr(serve, "_at_end", [print])
    monkeypatch.setattr(sys, "path", list(sys.path))

    load_drop_in("copied", read_tree(laptop.battery))

    (folder,) = temporary.iterdir()
    assert folder != left_behind
    copies = [file for file in folder.rglob("*") if file.is_file()]
    assert len(copies) == 2
    assert str(folder) in Path("/proc/self/maps").read_text()
    serve._end()
    assert not folder.exists()


def test_no_content_passes_for_another_file(tmp_path: Path):
    """A hash of names and contents in a row would be the same for both."""
    one, other = tmp_path / "one", tmp_path / "other"
    drop(one, "a.bin", "x" + "b.py\0" + "evil")
    drop(other, "a.bin", "x")
    drop(other, "b.py", "evil")

    assert read_tree(one).digest != read_tree(other).digest
