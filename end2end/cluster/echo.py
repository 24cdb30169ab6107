# Backends of the story: one HTTP server a port, each of which answers 200 with its name: echo.py ADDRESS PORT=NAME...
import http.server
import sys
import threading


def serve(address, port, name):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = f"{name} {self.path}\n".encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    http.server.ThreadingHTTPServer((address, port), Handler).serve_forever()


address, *backends = sys.argv[1:]
for backend in backends:
    port, name = backend.split("=")
    threading.Thread(target=serve, args=(address, int(port), name)).start()
