"""What gunicorn serves in a test: a CSV whose query fails after the first rows were sent."""

from django.http import StreamingHttpResponse


def rows():
    yield b"id,title\n"
    for _ in range(3):  # more than a megabyte
        yield b"moscow-2025-plenary,Plenary session\n" * 10_000
    raise ConnectionError("the database went away")


def application(environ, start_response):
    response = StreamingHttpResponse(rows(), content_type="text/csv")
    start_response("200 OK", list(response.items()))
    return response
