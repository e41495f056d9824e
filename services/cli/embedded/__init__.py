"""The embedded servers: a real nats-server and a document store, started as programs in one data directory.

data_dir/lock              held by the servers; a second start waits for it or says who is in the way
data_dir/secrets/nats.json the passwords of the services' NATS users (0600)
data_dir/secrets/mongo.json the passwords of the store's users, and the replica set's name and key (0600)
data_dir/nats/             nats.conf (0600), nats.log, jetstream/
data_dir/mongo/            made-by, mongo.log, db/, and what its program is told
"""

from services.cli.embedded.passwords import ON_NATS, passwords
from services.cli.embedded.server import EmbeddedServerFailed, Server
from services.cli.embedded.servers import EmbeddedServers, MongoServer, NatsServer, owned

__all__ = [
    "ON_NATS",
    "EmbeddedServerFailed",
    "EmbeddedServers",
    "MongoServer",
    "NatsServer",
    "Server",
    "owned",
    "passwords",
]
