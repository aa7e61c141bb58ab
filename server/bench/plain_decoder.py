"""The process that decodes images, without thumbnails: the yardstick of what they cost."""

from PIL.Image import Image

from wfhserver.screenshots import image_check, image_process


def _none(picture: Image) -> bytes | None:
    del picture
    return None


if __name__ == "__main__":
    image_check._thumbnail_of = _none  # noqa: SLF001 -- there is no setting for it
    image_process.main()
