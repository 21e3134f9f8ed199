"""What every answer says to the browser, whoever made it: a page, a file, a redirect, an error."""

from csp.middleware import CSPMiddleware
from django.conf import settings

_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
"""Of a browser, of which we use none."""
NO_FEATURES = ", ".join(f"{feature}=()" for feature in _FEATURES)


class Headers(CSPMiddleware):
    """The outermost: what another has answered before it came to us has them too."""

    def process_response(self, request, response):
        response = super().process_response(request, response)
        always = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": settings.X_FRAME_OPTIONS,
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
            "Permissions-Policy": NO_FEATURES,
        }
        for name, value in always.items():
            response.headers.setdefault(name, value)
        return response
