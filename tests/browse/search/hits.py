"""How tests read the page of the search."""

import re
from html import unescape


def hits(client, typed, **parameters):
    """Kind, address, title and passage of each hit, what is marked in square brackets."""
    html = client.get("/search/", {"q": typed, **parameters}).text
    found = []
    for hit in re.split(r"<li>\s*<p class=\"kicker\">", html.partition('class="hits"')[2])[1:]:
        hit = hit.replace("<mark>", "[").replace("</mark>", "]").partition("<details")[0]
        title = re.search(r"<h2>\s*<a href=\"([^\"]*)\".*?>(.*?)</a>", hit, re.S)
        passage = re.search(r"</h2>\s*<p[^>]*>(.*?)</p>", hit, re.S)
        kind = re.search(r"<b>(.*?)</b>", hit)[1]
        found.append(
            (kind, title[1], unescape(title[2].strip()), unescape(passage[1]) if passage else "")
        )
    return found
