"""Promises the headers that every response of an operation has: `Location` and `ETag`."""

import copy

from freehold.contract.operations.contract_operation import IF_NONE_MATCH
from freehold.contract.operations.inference import operations
from freehold.publishing.tree import Part, resolve
from freehold.reading.document import Document

_NOT_MODIFIED = "304"
_HEADERS = {"location", "etag"}
_ETAG = {"description": "The version that you have.", "required": True, "schema": {"type": "string"}}


def require_headers(root: Part, contract: Document) -> None:
    """Mark the headers of success responses that are always sent as required, in place.

    A response that several operations share has the same headers in each of them.
    """
    for operation in operations(contract):
        success = operation.success_response()
        responses = root["paths"][operation.path][operation.method]["responses"]
        if success is not None:
            headers = resolve(root, responses[success[0]]).get("headers", {})
            for name in headers:
                if name.lower() in _HEADERS:
                    headers[name] = {**resolve(root, headers[name]), "required": True}
        if operation.request_header(IF_NONE_MATCH) and _NOT_MODIFIED in responses:
            unchanged = dict(resolve(root, responses[_NOT_MODIFIED]))
            if all(name.lower() != "etag" for name in unchanged.get("headers", {})):
                unchanged["headers"] = {**unchanged.get("headers", {}), "ETag": copy.deepcopy(_ETAG)}
                responses[_NOT_MODIFIED] = unchanged
