"""python -m judge --emulator http://127.0.0.1:PORT --lake FOLDER --project NAME: prints its port and serves until it is ended."""

import argparse

from .emulator import Emulator
from .server import Judge, serve

parser = argparse.ArgumentParser(prog="judge", description=__doc__)
parser.add_argument("--emulator", required=True)
parser.add_argument("--lake", required=True, help="the folder that holds the buckets, each by its name")
parser.add_argument("--project", required=True)
parser.add_argument("--port", type=int, default=0)
given = parser.parse_args()
server = serve(Judge(Emulator(given.emulator), given.lake), given.project, given.port)
print(server.server_address[1], flush=True)
server.serve_forever()
