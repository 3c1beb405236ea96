"""Answers that are bytes and not JSON: checkpoints, tiles, entry bundles."""

import gzip
from base64 import b64decode
from http import HTTPStatus

from flask import Request, Response

from chassis.contract import Raw


def raw_response(raw: Raw, value: str, request: Request) -> Response:
    """The bytes that a result's field stands for, compressed when the service sent them so.

    A caller that takes no gzip gets them as they are.
    """
    headers = {"Content-Type": raw.media, "Cache-Control": raw.cache}
    body = value.encode() if raw.coding == "text" else b64decode(value)
    if raw.coding == "gzip":
        headers["Vary"] = "Accept-Encoding"
        if request.accept_encodings.quality("gzip") > 0:
            headers["Content-Encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
    return Response(body, HTTPStatus.OK, headers)
