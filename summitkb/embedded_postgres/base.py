"""Django's PostgreSQL backend, connecting to the server in the folder that `HOST` names."""

from pathlib import Path

from django.db.backends.postgresql import base, client

from .server import PROGRAMS, server_in


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell`, with the psql of the same wheel."""

    executable_name = str(PROGRAMS / "psql")

    @classmethod
    def settings_to_cmd_args_env(cls, settings_dict, parameters):
        host = server_in(Path(settings_dict["HOST"])).join()
        return super().settings_to_cmd_args_env({**settings_dict, "HOST": host}, parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_connection_params(self):
        """Return how to connect, once there is a server to connect to."""
        params = super().get_connection_params()
        # With the port, because else libpq would take PGPORT from the environment.
        return params | {"host": server_in(Path(params["host"])).join(), "port": "5432"}

    def get_new_connection(self, conn_params):
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            # The server may have been killed since this process joined it.
            server = server_in(Path(self.settings_dict["HOST"]))
            if server.is_up():
                raise
            return super().get_new_connection(conn_params | {"host": server.join(again=True)})
