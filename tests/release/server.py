"""Serves what `gh` beside it has published, at the addresses of GitHub's release pages.

usage: server.py RELEASES PORT_FILE     (GET /OWNER/REPO/releases/download/TAG/ASSET)

Drafts are not found. While RELEASES/../cut exists, a body ends after its first half. Every path that is asked for is
a line in RELEASES/../requests.
"""

import http.server
import pathlib
import re
import sys

RELEASES, PORT_FILE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
ADDRESS = re.compile(r"/[\w.-]+/[\w.-]+/releases/download/(v[\w.-]+)/([\w.-]+)")


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(RELEASES.parent / "requests", "a") as requests:
            print(self.path, file=requests)
        found = ADDRESS.fullmatch(self.path)
        release = RELEASES / found[1] if found else None
        if not found or (release / "draft").exists() or not (release / "assets" / found[2]).is_file():
            self.send_error(404)
            return
        body = (release / "assets" / found[2]).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = (RELEASES.parent / "cut").exists()
        self.wfile.write(body[: len(body) // 2] if cut else body)

    def log_message(self, *_):
        pass


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
    part = PORT_FILE.with_suffix(".part")
    part.write_text(str(server.server_address[1]))
    part.rename(PORT_FILE)
    server.serve_forever()
