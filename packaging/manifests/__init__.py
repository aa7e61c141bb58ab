"""Manifests of a release for winget and Homebrew."""
