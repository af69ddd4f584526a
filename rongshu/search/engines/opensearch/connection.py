"""The client of the cluster, and what its refusals mean to us."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError, OpenSearchException, RequestError, TransportError

from rongshu.search.engines.opensearch.address import Address
from rongshu.search.errors import EngineUnavailable, QueryTooLong

# A reader waits so long for each host, every host is asked once; filling an index may take its time.
SEARCH_SECONDS: Final = 3
WRITE_SECONDS: Final = 60
_log: Final = logging.getLogger(__name__)
# The client tells of every try with its whole traceback; what comes of them is told here.
logging.getLogger("opensearch").setLevel(logging.ERROR)


class Absent(EngineUnavailable):
    """The index asked for is not there: nothing was indexed yet, or it was dropped."""


def connect(address: Address) -> OpenSearch:
    """Return a client that goes on to the next host when one does not answer."""
    return OpenSearch(
        hosts=[{"host": host.strip("[]"), "port": port} for host, port in address.hosts],
        use_ssl=address.is_secure,
        ca_certs=address.authorities,
        http_auth=(address.user, address.password) if address.user else None,
        timeout=SEARCH_SECONDS,
        max_retries=len(address.hosts) - 1,
        retry_on_timeout=True,
        pool_maxsize=16,
        # A host that came back is asked again soon.
        dead_timeout=2,
        timeout_cutoff=3,
    )


def is_passing(error: TransportError) -> bool:
    """Whether the cluster answered that it could not just now: a node died with part of the answer."""
    return isinstance(error.status_code, int) and error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR


@contextmanager
def asking(doing: str) -> Iterator[None]:
    """Turn the client's errors into ours; what the cluster said goes to the log."""
    try:
        yield
    except RequestError as error:
        if "too_many" in str(error.info):
            raise QueryTooLong from error
        raise
    except NotFoundError as error:
        raise Absent from error
    except TransportError as error:
        _log.warning("opensearch-refused: doing=%s status=%s error=%s", doing, error.status_code, error)
        raise EngineUnavailable from error
    except OpenSearchException as error:
        _log.warning("opensearch-failed: doing=%s error=%s", doing, error)
        raise EngineUnavailable from error
