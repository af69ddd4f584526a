"""The client of the cluster, and what its refusals mean to us."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError, OpenSearchException, RequestError, TransportError

from rongshu.search.engines.opensearch.address import Address
from rongshu.search.errors import EngineUnavailable, QueryTooLong

# A reader waits at most this long for an answer, over all hosts; filling an index may take its time.
SEARCH_SECONDS: Final = 5
WRITE_SECONDS: Final = 60
_log: Final = logging.getLogger(__name__)


class Absent(EngineUnavailable):
    """The index asked for is not there: nothing was indexed yet, or it was dropped."""


def connect(address: Address) -> OpenSearch:
    """Return a client that goes on to the next host when one does not answer."""
    security = {"ca_certs": address.authorities} if address.authorities else {}
    return OpenSearch(
        hosts=[{"host": host.strip("[]"), "port": port} for host, port in address.hosts],
        use_ssl=address.is_secure,
        http_auth=(address.user, address.password) if address.user else None,
        timeout=SEARCH_SECONDS,
        max_retries=max(2, len(address.hosts)),
        retry_on_timeout=True,
        pool_maxsize=16,
        # A host that came back is asked again soon.
        dead_timeout=2,
        timeout_cutoff=3,
        **security,
    )


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
