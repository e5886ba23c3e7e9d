"""How YouTube says no: status, reason and body of each refusal, after the errors pages of the API reference (2026-11)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from tests.emulators.serving import as_json

WORDS: dict[str, tuple[int, str, str]] = {
    "authError": (401, "global", "Invalid Credentials"),
    "youtubeSignupRequired": (401, "youtube.header", "Unauthorized"),
    "insufficientPermissions": (403, "global", "Request had insufficient authentication scopes."),
    "accessNotConfigured": (
        403,
        "usageLimits",
        "YouTube Data API v3 has not been used in this project before or it is disabled.",
    ),
    "forbidden": (403, "youtube.common", "The request is not properly authorized."),
    "forbiddenPrivacySetting": (403, "youtube.video", "The request attempts to set an invalid privacy setting for the video."),
    "forbiddenLicenseSetting": (403, "youtube.video", "The request attempts to set an invalid license for the video."),
    "quotaExceeded": (403, "youtube.quota", "The request cannot be completed because you have exceeded your quota."),
    "dailyLimitExceeded": (403, "usageLimits", "Daily Limit Exceeded"),
    "rateLimitExceeded": (403, "usageLimits", "Rate Limit Exceeded"),
    "userRateLimitExceeded": (403, "usageLimits", "User Rate Limit Exceeded"),
    "uploadRateLimitExceeded": (429, "youtube.thumbnail", "The channel has uploaded too many thumbnails recently. Try later."),
    "uploadLimitExceeded": (400, "youtube.video", "The user has exceeded the number of videos they may upload."),
    "badRequest": (400, "global", "The request is not as the API wants it."),
    "missingRequiredParameter": (400, "youtube.parameter", "The request is missing a required parameter."),
    "incompatibleParameters": (400, "youtube.parameter", "The request has parameters that cannot be used together."),
    "unexpectedParameter": (400, "youtube.parameter", "The request specifies an unexpected parameter."),
    "unknownPart": (400, "youtube.part", "The part parameter names a part that is not known."),
    "unexpectedPart": (400, "youtube.part", "The body has a part that the part parameter does not name."),
    "invalidFilters": (400, "youtube.parameter", "The request specifies an invalid filter parameter."),
    "invalidPageToken": (400, "youtube.parameter", "The request specifies an invalid page token."),
    "mediaBodyRequired": (400, "youtube.video", "The request does not include the content of a file."),
    "invalidMediaType": (400, "global", "Media type is not supported."),
    "uploadTooLarge": (413, "global", "Request is too large."),
    "invalidContentRange": (400, "global", "Failed to parse Content-Range header."),
    "invalidTitle": (400, "youtube.video", "The request metadata specifies an invalid or empty video title."),
    "invalidDescription": (400, "youtube.video", "The request metadata specifies an invalid video description."),
    "invalidTags": (400, "youtube.video", "The request metadata specifies invalid video keywords."),
    "invalidCategoryId": (400, "youtube.video", "The request metadata specifies an invalid category ID."),
    "invalidPublishAt": (400, "youtube.video", "The request metadata specifies an invalid scheduled publishing time."),
    "invalidVideoMetadata": (400, "youtube.video", "The request metadata is invalid."),
    "defaultLanguageNotSet": (400, "youtube.video", "Localized titles need the default language of the video."),
    "invalidImage": (400, "youtube.thumbnail", "The provided image content is invalid."),
    "playlistContainsMaximumNumberOfVideos": (403, "youtube.playlistItem", "The playlist contains as many videos as it can."),
    "playlistIdRequired": (400, "youtube.playlistItem", "The request does not say which playlist."),
    "playlistTitleRequired": (400, "youtube.playlist", "The request must specify a playlist title."),
    "invalidPlaylistSnippet": (400, "youtube.playlist", "The request provides an invalid playlist snippet."),
    "invalidSnippet": (400, "youtube.playlistItem", "The request provides an invalid playlist item snippet."),
    "playlistItemsNotAccessible": (403, "youtube.playlistItem", "The request is not authorized to access the playlist's items."),
    "playlistOperationUnsupported": (400, "youtube.playlistItem", "The API does not support the operation on this playlist."),
    "contentRequired": (400, "youtube.caption", "The request does not contain the caption track contents."),
    "nameTooLong": (400, "youtube.caption", "The name of the caption track is too long."),
    "invalidMetadata": (400, "youtube.caption", "The request contains invalid metadata values."),
    "captionExists": (409, "youtube.caption", "The video already has a caption track with this language and name."),
    "captionNotFound": (404, "youtube.caption", "The caption track could not be found."),
    "videoNotFound": (404, "youtube.video", "The video that you are trying to change cannot be found."),
    "playlistNotFound": (404, "youtube.playlistItem", "The playlist identified in the request cannot be found."),
    "playlistItemNotFound": (404, "youtube.playlistItem", "The playlist item identified in the request cannot be found."),
    "notFound": (404, "global", "Not Found"),
    "gone": (410, "global", "The upload session is no longer available."),
    "notEmulated": (400, "emulator", "The emulator does not have what YouTube has here."),
    "backendError": (503, "global", "Backend Error"),
    "internalError": (500, "global", "Internal error encountered."),
}
"""By reason: HTTP status, domain, and the message when there is none that says more."""
_RPC_STATUS = {"authError": "UNAUTHENTICATED", "insufficientPermissions": "PERMISSION_DENIED", "backendError": "UNAVAILABLE"}


class Refused(Exception):
    """YouTube does not do what it was asked.

    Args:
        reason: one of `WORDS`.
        message: says more than the reason's own words.
        status: another HTTP status than the reason's own.
        retry_after_s: of the header `Retry-After`.
    """

    def __init__(self, reason: str, message: str = "", *, status: int | None = None, retry_after_s: int | None = None) -> None:
        usual, self.domain, words = WORDS[reason]
        self.reason, self.message, self.status = reason, message or words, status or usual
        self.headers = {} if retry_after_s is None else {"retry-after": str(retry_after_s)}
        super().__init__(f"{self.status} {reason}: {self.message}")

    def answer(self) -> Response:
        one: dict[str, Any] = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.reason == "authError":
            one |= {"location": "Authorization", "locationType": "header"}
            self.headers["www-authenticate"] = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
        error: dict[str, Any] = {"code": self.status, "message": self.message, "errors": [one]}
        if self.reason in _RPC_STATUS:
            error["status"] = _RPC_STATUS[self.reason]
        return as_json({"error": error}, self.status, self.headers)
