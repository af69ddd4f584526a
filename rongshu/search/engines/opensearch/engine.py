"""One index in OpenSearch, as the port asks for it."""

from __future__ import annotations

import functools
import re
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from opensearchpy import OpenSearch
from opensearchpy.exceptions import TransportError

from rongshu.foundation.identifiers import new_id
from rongshu.search.analysis import segment
from rongshu.search.engines.clauses import Term
from rongshu.search.engines.opensearch import connection
from rongshu.search.engines.opensearch.address import read_address
from rongshu.search.engines.opensearch.answering import read_answer
from rongshu.search.engines.opensearch.asking import preference, search_body
from rongshu.search.engines.opensearch.connection import Absent, asking, is_passing
from rongshu.search.engines.opensearch.mapping import index_body
from rongshu.search.engines.opensearch.translation import translate
from rongshu.search.engines.opensearch.writer import OpenSearchWriter
from rongshu.search.engines.port import EngineAnswer, EngineRequest, Generation, Health, Stamp, Writer
from rongshu.search.errors import EngineUnavailable, GenerationServing

_PAGE: Final = 5_000
_SAMPLE: Final = 1_000
# What a dying node leaves unanswered is asked of another copy, seconds at most.
_PAUSES: Final = (0.05, 0.2, 0.5)


class OpenSearchEngine:
    """An index of a cluster: an alias, and a concrete index per generation."""

    def __init__(self, url: str, index: str) -> None:
        self.address = read_address(url)
        self.alias = f"{self.address.prefix}-{index}"
        self._own = re.compile(rf"{re.escape(self.alias)}-\d{{20}}-[0-9a-f]{{8}}")

    @functools.cached_property
    def client(self) -> OpenSearch:
        """Return the connection, made when it is first needed."""
        return connection.connect(self.address)

    def search(self, request: EngineRequest) -> EngineAnswer:
        """Search the serving generation; no generation is an empty answer."""
        body = search_body(request)
        try:
            return read_answer(request, self._ask(self.alias, body, preference=preference(request)))
        except Absent:
            if not self._serves():
                return EngineAnswer(hits=(), total=0, facets=dict.fromkeys(request.facets, ()))
        # The generation was replaced and dropped under this search.
        return read_answer(request, self._ask(self.alias, body, preference=preference(request)))

    def documents(self, ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
        """Return what is stored of documents, by id; what is not there is left out."""
        if not ids:
            return {}
        try:
            with asking("documents"):
                answer = self.client.mget(
                    index=self.alias, body={"ids": list(ids)}, realtime=False, _source_includes="source"
                )
        except Absent:
            return {}
        return {one["_id"]: one["_source"].get("source", {}) for one in answer["docs"] if one.get("found")}

    def frequencies(self, field: str, tokens: Sequence[str]) -> dict[str, int]:
        """Return in how many documents each token stands in a field."""
        if not tokens:
            return {}
        wanted = {str(place): translate(Term(field, token)) for place, token in enumerate(tokens)}
        body = {"size": 0, "aggs": {"tokens": {"filters": {"filters": wanted}}}}
        try:
            buckets = self._ask(self.alias, body)["aggregations"]["tokens"]["buckets"]
        except Absent:
            return dict.fromkeys(tokens, 0)
        return {token: buckets[str(place)]["doc_count"] for place, token in enumerate(tokens)}

    def words(self, most: int) -> dict[str, int]:
        """Return the most common words of the newest documents: a cluster lists no words of a text field."""
        body = {
            "size": _SAMPLE,
            "sort": [{"published": "desc"}],
            "_source": ["source.title", "source.text"],
        }
        try:
            hits = self._ask(self.alias, body)["hits"]["hits"]
        except Absent:
            return {}
        counted: Counter[str] = Counter()
        for source in (hit["_source"].get("source", {}) for hit in hits):
            for name in ("title", "text"):
                counted.update(set(segment(source.get(name) or "")))
        return dict(counted.most_common(most))

    def count(self, generation: str | None = None) -> int:
        """Return how many documents a generation (the serving one) holds."""
        body = {"size": 0, "track_total_hits": True}
        try:
            counted: int = self._ask(generation or self.alias, body)["hits"]["total"]["value"]
        except Absent:
            return 0
        return counted

    def ids(self, generation: str | None = None) -> Iterator[str]:
        """Yield the id of every document of a generation (the serving one), in their order."""
        body: dict[str, Any] = {"size": _PAGE, "sort": [{"id": "asc"}], "_source": False}
        while True:
            try:
                hits = self._ask(generation or self.alias, body)["hits"]["hits"]
            except Absent:
                return
            yield from (hit["_id"] for hit in hits)
            if len(hits) < _PAGE:
                return
            body["search_after"] = hits[-1]["sort"]

    def generations(self) -> list[Generation]:
        """Return every generation there is, the oldest first."""
        with asking("generations"):
            found = self.client.indices.get(index=f"{self.alias}-*", expand_wildcards="open")
        return [
            self._generation(name, index)
            for name, index in sorted(found.items())
            if self._own.fullmatch(name)
        ]

    def begin_generation(self, stamp: Stamp) -> str:
        """Make an empty generation that does not serve yet; return its name."""
        now = timezone.now()
        name = f"{self.alias}-{now:%Y%m%d%H%M%S%f}-{new_id().hex[-8:]}"
        with asking("begin"):
            body = index_body(self.address, stamp, now, self._version())
            self.client.indices.create(index=name, body=body, request_timeout=connection.WRITE_SECONDS)
        return name

    def switch(self, generation: str) -> None:
        """Let this generation serve from now on: one atomic step."""
        serving = [one.name for one in self.generations() if one.is_serving]
        removed = [{"remove": {"index": name, "alias": self.alias}} for name in serving if name != generation]
        added = {"add": {"index": generation, "alias": self.alias}}
        with asking("switch"):
            self.client.indices.update_aliases(body={"actions": [*removed, added]})

    def drop(self, generation: str) -> None:
        """Remove a generation that does not serve."""
        known = {one.name: one for one in self.generations()}
        if generation not in known:
            return
        if known[generation].is_serving:
            raise GenerationServing
        with asking("drop"):
            self.client.indices.delete(index=generation, ignore_unavailable=True)

    def writer(self, generation: str, *, bulk: bool = False) -> Writer:
        """Open the writer of a generation."""
        with asking("writer"):
            # A cluster that makes missing indexes by itself would make one of guessed fields.
            if not self.client.indices.exists(index=generation):
                raise EngineUnavailable(f"没有这一代索引：{generation}。")
        return OpenSearchWriter(self.client, generation)

    def health(self) -> Health:
        """Return whether the engine answers."""
        try:
            with asking("health"):
                cluster = self.client.cluster.health(request_timeout=connection.SEARCH_SECONDS)
                version = self.client.info()["version"]["number"]
        except EngineUnavailable:
            where = f"检索服务（{self.address.shown}）连接不上，请检查服务、网络、账号和 SEARCH_URL。"
            return Health(is_well=False, problem=where)
        facts = {"版本": version, "节点": str(cluster["number_of_nodes"]), "状态": cluster["status"]}
        if cluster["status"] == "red":
            return Health(is_well=False, problem="检索服务有分片不可用，请检查各节点。", facts=facts)
        return Health(is_well=True, facts=facts)

    def close(self) -> None:
        """Give back what is held open."""
        if "client" in self.__dict__:
            self.client.close()
            del self.__dict__["client"]

    def _serves(self) -> bool:
        with asking("alias"):
            return bool(self.client.indices.exists_alias(name=self.alias))

    def _ask(self, index: str, body: Mapping[str, Any], **options: str) -> Mapping[str, Any]:
        with asking("search"):
            for pause in _PAUSES:
                try:
                    return self._ask_once(index, body, **options)
                except TransportError as error:
                    if not is_passing(error):
                        raise
                time.sleep(pause)
            return self._ask_once(index, body, **options)

    def _ask_once(self, index: str, body: Mapping[str, Any], **options: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self.client.search(
            index=index,
            body=body,
            # Half an answer would look like a whole one: rather an error, and another try.
            allow_partial_search_results=False,
            # Frequencies of the whole index, not of one shard.
            search_type="dfs_query_then_fetch" if self.address.shards > 1 else "query_then_fetch",
            **options,
        )
        return answer

    def _version(self) -> int:
        return int(self.client.info()["version"]["number"].partition(".")[0])

    def _generation(self, name: str, index: Mapping[str, Any]) -> Generation:
        meta = index["mappings"].get("_meta", {})
        return Generation(
            name=name,
            stamp=Stamp(int(meta.get("schema", 0)), str(meta.get("analysis", ""))),
            begun_at=datetime.fromisoformat(meta["begun_at"]),
            is_serving=self.alias in index["aliases"],
        )
