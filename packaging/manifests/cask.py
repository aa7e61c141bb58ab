"""The cask for Homebrew: `Casks/wfhagent.rb` of a tap, around the two packages for macOS."""

from pathlib import Path

from installers import pkg

from manifests.release import Release

CASK = """\
cask "wfhagent" do
  arch arm: "arm64", intel: "x86_64"

  version "{version}"
  sha256 arm:   "{arm}",
         intel: "{intel}"

  url "{url}/wfhagent-#{{version}}-#{{arch}}.pkg"
  name "wfhagent"
  desc "Presence of laptops and detailed logs, visible to the employee"
  homepage "{homepage}"

  pkg "wfhagent-#{{version}}-#{{arch}}.pkg"

  uninstall launchctl: ["wfhagent", "wfhagent-tray"],
            script:    {{
              executable: "{uninstall}",
              sudo:       true,
            }},
            pkgutil:   "{identifier}"

  zap delete: "{configuration}"
end
"""


def render(release: Release) -> str:
    """Return the cask of *release*, which has both packages."""
    return CASK.format(
        version=release.version,
        arm=release.hashes[release.packages["arm64"].name],
        intel=release.hashes[release.packages["x86_64"].name],
        url=release.url,
        homepage=release.homepage,
        uninstall=pkg.UNINSTALL,
        identifier=pkg.IDENTIFIER,
        configuration=f"{pkg.SUPPORT}/agent.toml",
    )


def write(release: Release, folder: Path) -> Path:
    """Write the cask of *release* under *folder*; return its file."""
    file = folder / "Casks" / "wfhagent.rb"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(render(release), encoding="utf-8")
    return file
