"""The system volume is encrypted, is not, or there is a reason why nobody knows."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.linux_only import linux_only, not_windows

import wfhagent_disk_encryption
from wfhagent.plugin import Absent, AbsentError, Config
from wfhagent.testing import check_collector, check_plugin, make_context
from wfhagent_disk_encryption import READERS, DiskEncryption, linux, macos, windows
from wfhagent_disk_encryption.protection import NONE, Protection

MOUNTS = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
23 27 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
{root}
28 24 0:25 / /dev/shm rw,nosuid,nodev shared:4 - tmpfs tmpfs rw,inode64
31 27 259:1 / /boot/efi rw,relatime shared:31 - vfat /dev/nvme0n1p1 rw,fmask=0077
"""
ON_LVM = "27 1 253:1 / / rw,relatime shared:1 - ext4 /dev/mapper/vgubuntu-root rw,errors=remount-ro"
ON_PARTITION = "27 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw"
ON_ZFS = "27 1 0:26 / / rw,relatime shared:1 - zfs rpool/ROOT/ubuntu_7dn3 rw,xattr,posixacl"
IN_CONTAINER = "27 1 0:55 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/l:/var/lib/m"
ON_BTRFS = (
    "27 1 0:30 /root / rw,relatime shared:1 - btrfs /dev/dm-0 rw,compress=zstd:1,subvol=/root"
)
LUKS = Protection(encrypted=True, method="luks")


@pytest.fixture
def laptop(tmp_path: Path) -> Path:
    """Return a folder with `proc` and `sys`, to be filled."""
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "sys/dev/block").mkdir(parents=True)
    (tmp_path / "sys/class/block").mkdir(parents=True)
    return tmp_path


def device(laptop: Path, name: str, number: str, *, uuid: str = "", on: Sequence[str] = ()) -> Path:
    """Make a block device as sysfs shows it; *on* are the devices below it."""
    folder = laptop / "sys/devices" / name
    (folder / "slaves").mkdir(parents=True)
    if uuid:
        (folder / "dm").mkdir()
        (folder / "dm/uuid").write_text(f"{uuid}\n")
    for below in on:
        (folder / "slaves" / below).symlink_to(laptop / "sys/devices" / below)
    (laptop / "sys/dev/block" / number).symlink_to(folder)
    (laptop / "sys/class/block" / name).symlink_to(folder)
    return folder


def read(laptop: Path, root: str, answer: str = "") -> Protection:
    (laptop / "proc/self/mountinfo").write_text(MOUNTS.format(root=root))
    return linux.read(laptop / "proc", laptop / "sys", lambda command: answer)


def test_its_declarations_are_in_order():
    assert check_collector(DiskEncryption) == []
    assert check_plugin(wfhagent_disk_encryption) == []
    assert set(READERS) == {"linux", "darwin", "win32"}


@linux_only("the volume of the machine that runs the tests")
def test_this_machine_has_facts_or_one_reason_for_both():
    facts = DiskEncryption(Config()).collect(make_context())

    if isinstance(facts["encrypted"], Absent):
        assert facts["encrypted"] == facts["method"]
    else:
        assert isinstance(facts["encrypted"], bool)


def test_the_reader_of_the_system_is_asked(monkeypatch: pytest.MonkeyPatch):
    for platform, method in (("darwin", "filevault"), ("win32", "bitlocker"), ("linux", "luks")):
        found = Protection(encrypted=True, method=method)
        monkeypatch.setitem(READERS, platform, lambda found=found: found)
        monkeypatch.setattr(sys, "platform", platform)

        facts = DiskEncryption(Config()).collect(make_context())

        assert facts == {"encrypted": True, "method": method}


def test_a_system_that_nobody_knows_is_a_reason(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(READERS, sys.platform)

    reason = Absent("it is not known how to ask this system")
    assert DiskEncryption(Config()).collect(make_context()) == {
        "encrypted": reason,
        "method": reason,
    }


@not_windows("sysfs has links, and names with a colon")
class TestLinux:
    def test_a_plain_partition_is_not_encrypted(self, laptop: Path):
        device(laptop, "nvme0n1p2", "259:2")

        assert read(laptop, ON_PARTITION) == NONE

    def test_a_logical_volume_in_a_luks_container_is(self, laptop: Path):
        device(laptop, "nvme0n1p3", "259:3")
        device(laptop, "dm-0", "253:0", uuid="CRYPT-LUKS2-0fe1c4-dm_crypt-0", on=["nvme0n1p3"])
        device(laptop, "dm-1", "253:1", uuid="LVM-pT1b9cW3", on=["dm-0"])

        assert read(laptop, ON_LVM) == LUKS

    def test_one_open_disk_is_enough_to_read_a_volume(self, laptop: Path):
        device(laptop, "sdb1", "8:17")
        device(laptop, "dm-0", "253:0", uuid="CRYPT-LUKS2-0fe1c4-dm_crypt-0")
        device(laptop, "dm-1", "253:1", uuid="LVM-pT1b9cW3", on=["dm-0", "sdb1"])

        assert read(laptop, ON_LVM) == NONE

    @pytest.mark.parametrize(
        ("uuid", "found"),
        [
            ("CRYPT-LUKS1-91ac-root", LUKS),
            ("CRYPT-PLAIN-root", Protection(encrypted=True, method="dm_crypt")),
            ("CRYPT-VERITY-77aa-root", NONE),
            ("CRYPT-INTEGRITY-root", NONE),
        ],
    )
    def test_not_everything_of_cryptsetup_encrypts(
        self, laptop: Path, uuid: str, found: Protection
    ):
        device(laptop, "dm-1", "253:1", uuid=uuid)

        assert read(laptop, ON_LVM) == found

    def test_every_disk_of_a_btrfs_counts(self, laptop: Path):
        encrypted = device(laptop, "dm-0", "253:0", uuid="CRYPT-LUKS2-0fe1c4-root")
        pool = laptop / "sys/fs/btrfs/91ac/devices"
        pool.mkdir(parents=True)
        (pool / "dm-0").symlink_to(encrypted)
        assert read(laptop, ON_BTRFS) == LUKS

        (pool / "sdb1").symlink_to(device(laptop, "sdb1", "8:17"))
        assert read(laptop, ON_BTRFS) == NONE

    @pytest.mark.parametrize(
        ("answer", "found"),
        [("aes-256-gcm\n", Protection(encrypted=True, method="zfs")), ("off\n", NONE)],
    )
    def test_zfs_is_asked(self, laptop: Path, answer: str, found: Protection):
        assert read(laptop, ON_ZFS, answer) == found

    def test_a_container_has_no_disk(self, laptop: Path):
        with pytest.raises(AbsentError, match="overlay, on no disk of this device"):
            read(laptop, IN_CONTAINER)

    def test_a_device_that_is_gone_is_no_open_disk(self, laptop: Path):
        with pytest.raises(AbsentError, match="sysfs has no device 259:2"):
            read(laptop, ON_PARTITION)

    def test_the_root_that_was_mounted_last_is_the_one_in_use(self):
        mounts = "1 1 0:2 / / rw - rootfs rootfs rw\n" + ON_PARTITION

        assert linux.root_of(mounts).number == "259:2"

    def test_no_root_is_a_reason(self):
        with pytest.raises(AbsentError, match="does not say what its root file system is"):
            linux.root_of("")


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("FileVault is On.\n", Protection(encrypted=True, method="filevault")),
        ("FileVault is Off.\n", NONE),
        (
            "FileVault is Off.\nDeferred enablement appears to be active for user 'alice'.\n",
            NONE,
        ),
        (
            "FileVault is On.\nEncryption in progress: Percent completed = 42\n",
            Protection(encrypted=False, method="filevault"),
        ),
        (
            "FileVault is Off.\nDecryption in progress: Percent completed = 7\n",
            Protection(encrypted=False, method="filevault"),
        ),
    ],
)
def test_macos_is_protected_once_filevault_is_complete(status: str, found: Protection):
    def ask(command: Sequence[str]) -> str:
        assert command == ["fdesetup", "status"]
        return status

    assert macos.read(ask) == found


def test_macos_may_answer_what_nobody_knows():
    with pytest.raises(AbsentError, match="fdesetup gave an answer that is not known"):
        macos.protection_of("Error: an unknown error occurred.\n")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("1\r\n", Protection(encrypted=True, method="bitlocker")),
        ("2\r\n", NONE),
        ("3\r\n", Protection(encrypted=False, method="bitlocker")),
        ("5\r\n", Protection(encrypted=False, method="bitlocker")),
        ("8\r\n", Protection(encrypted=False, method="bitlocker")),
        ("0\r\n", NONE),
    ],
)
def test_windows_is_protected_while_bitlocker_is_on(value: str, found: Protection):
    assert windows.read(lambda script: value) == found


@pytest.mark.parametrize("value", ["", "\r\n", "7\r\n", "n/a\r\n"])
def test_windows_may_not_say(value: str):
    with pytest.raises(AbsentError, match="Windows does not say"):
        windows.protection_of(value)
