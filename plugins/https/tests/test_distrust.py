"""A rejected certificate is explained in one sentence on every system."""

import ssl

import pytest

from wfhagent_https.distrust import Cause, describe, refusal

URL = "https://wfh.example.com:8443"
UNTRUSTED_ROOT, WRONG_NAME, EXPIRED = 0x800B0109, 0x800B010F, 0x800B0101


def refused(
    number: int, message: str = "0x800b0000", before: BaseException | None = None
) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(message)
    error.verify_code, error.verify_message = number, message
    error.__context__ = before
    return error


def explained(error: ssl.SSLCertVerificationError) -> str:
    return describe(error, URL, lambda: "CN=Root, O=Example Corp")


@pytest.mark.parametrize("number", [62, 64, WRONG_NAME, WRONG_NAME - 2**32, -67602])
def test_a_wrong_name_says_so_and_asks_for_no_authority(number: int):
    assert explained(refused(number)) == (
        f"{URL} is not trusted: its certificate is not for wfh.example.com. Correct "
        "[server] url in agent.toml, or have IT issue a certificate for this name."
    )


@pytest.mark.parametrize("number", [18, 19, 20, UNTRUSTED_ROOT, -67843])
def test_an_unknown_authority_is_named(number: int):
    assert explained(refused(number)) == (
        f"{URL} is not trusted: the authority of its certificate is not known here. It was issued "
        "by CN=Root, O=Example Corp. If that is right, set [server] ca_file to its authority."
    )


@pytest.mark.parametrize("number", [9, 10, EXPIRED, -67818])
def test_a_date_that_is_over_is_named(number: int):
    text = explained(refused(number))

    assert "its certificate has expired or is not valid yet. Check the clock" in text
    assert "ca_file" not in text


def test_of_two_answers_of_windows_the_wrong_name_is_reported():
    """With ca_file the system's own store is asked first, and does not know the authority."""
    assert "its certificate is not for" in explained(
        refused(UNTRUSTED_ROOT, before=refused(WRONG_NAME))
    )
    assert "its certificate is not for" in explained(
        refused(WRONG_NAME, before=refused(UNTRUSTED_ROOT))
    )


def test_what_nobody_knows_is_named_in_the_words_of_the_system():
    text = explained(refused(0x80092013, "The revocation server was offline."))

    assert "is not trusted: The revocation server was offline. It was issued by" in text


def test_each_cause_says_what_to_do():
    for cause in Cause:
        what, advice = cause.value
        assert what
        assert advice.endswith(".")


def test_a_refusal_is_found_behind_other_errors():
    inner = refused(62)
    outer = OSError("connect")
    outer.__cause__ = inner

    assert refusal(outer) is inner
    assert refusal(OSError("no route")) is None
