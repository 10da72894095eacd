"""The local PostgreSQL: database and broker of a site that was given neither."""

from config.embedded.place import VAR, Cluster, database, local_cluster, local_secret

__all__ = ["VAR", "Cluster", "database", "local_cluster", "local_secret"]
