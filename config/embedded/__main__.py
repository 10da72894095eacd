"""`python -m config.embedded stop` turns the local servers off, for `make clean`."""

import sys

from config.embedded import server
from config.embedded.place import local_cluster

if sys.argv[1:] != ["stop"]:
    sys.exit("usage: python -m config.embedded stop")
for mode in ("local", "test"):
    server.stop(local_cluster(mode))
