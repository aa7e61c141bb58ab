"""Fetches a GeoIP database and puts it in place only when it can be read."""

import gzip
import os
import shutil
import zlib
from datetime import date
from pathlib import Path
from typing import BinaryIO

import httpx
import maxminddb

from wfhserver.errors import GeoIpError
from wfhserver.files import make_folder, open_private
from wfhserver.geoip.layouts import problem_of
from wfhserver.http_error import describe_http_error, without_password

_SECONDS = 60.0
_LIMIT_BYTES = 2 * 1024**3
_CHUNK_BYTES = 1024 * 1024


def update(url_template: str, target: Path, today: date) -> str:
    """Fetch the database of the month of *today* to *target*; return its type.

    *url_template* holds `{month}`, which becomes for example 2026-11; what it names may be
    gzipped. Raises GeoIpError, and then *target* is as it was.
    """
    url = url_template.replace("{month}", f"{today:%Y-%m}")
    fetched = target.with_name(target.name + ".fetched")
    unpacked = target.with_name(target.name + ".part")
    try:
        make_folder(target.parent)
        _fetch(url, fetched)
        _unpack(fetched, unpacked)
        kind = _kind_of(unpacked)
        unpacked.replace(target)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise GeoIpError(
            f"{without_password(url)} cannot be fetched: {describe_http_error(error)}. "
            "Is WFHSERVER_GEOIP_URL right?"
        ) from error
    except (OSError, EOFError, ValueError, zlib.error, maxminddb.InvalidDatabaseError) as error:
        text = f"{url} gave no usable GeoIP database: {error}."
        raise GeoIpError(without_password(text)) from error
    finally:
        fetched.unlink(missing_ok=True)
        unpacked.unlink(missing_ok=True)
    return kind


def _kind_of(path: Path) -> str:
    with maxminddb.open_database(path) as reader:
        problem = problem_of(reader)
        if problem is not None:
            raise ValueError(problem)
        return reader.metadata().database_type


def _fetch(url: str, path: Path) -> None:
    with (
        httpx.stream("GET", url, follow_redirects=True, timeout=_SECONDS) as response,
        _open(path) as file,
    ):
        response.raise_for_status()
        for chunk in response.iter_raw(_CHUNK_BYTES):
            file.write(chunk)
            _check_size(file)


def _unpack(source: Path, target: Path) -> None:
    with source.open("rb") as packed, _open(target) as plain:
        is_gzip = packed.read(2) == b"\x1f\x8b"
        packed.seek(0)
        if not is_gzip:
            shutil.copyfileobj(packed, plain)
        else:
            with gzip.GzipFile(fileobj=packed) as unpacking:
                while chunk := unpacking.read(_CHUNK_BYTES):
                    plain.write(chunk)
                    _check_size(plain)
        plain.flush()
        os.fsync(plain.fileno())


def _open(path: Path) -> BinaryIO:
    return os.fdopen(open_private(path, os.O_WRONLY | os.O_TRUNC), "wb")


def _check_size(file: BinaryIO) -> None:
    if file.tell() > _LIMIT_BYTES:
        raise ValueError(f"it is larger than {_LIMIT_BYTES} bytes")
