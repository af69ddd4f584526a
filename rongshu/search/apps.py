"""Django application of the search."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "rongshu.search"
    label = "rongshu_search"
    verbose_name = "检索"

    def ready(self) -> None:
        """Say what may be found, follow the events, take part in the worker and in the console."""
        from rongshu.foundation.change_marks import watch  # noqa: PLC0415
        from rongshu.foundation.worker import register_duty  # noqa: PLC0415
        from rongshu.organizations.models import (  # noqa: PLC0415
            OrganizationName,
            OrganizationSuccession,
            Region,
        )
        from rongshu.publishing.followers import follow_publication  # noqa: PLC0415
        from rongshu.publishing.web.framing import add_english  # noqa: PLC0415
        from rongshu.search.actions.index_pending import index_pending  # noqa: PLC0415
        from rongshu.search.actions.keep_counts import forget_counts  # noqa: PLC0415
        from rongshu.search.indexing.duties import register_search_duties  # noqa: PLC0415 - models first
        from rongshu.search.indexing.planning import follow  # noqa: PLC0415
        from rongshu.search.loading.registering import register_sources  # noqa: PLC0415
        from rongshu.search.models import Promotion, VocabularyEntry  # noqa: PLC0415
        from rongshu.search.sources import on_change  # noqa: PLC0415
        from rongshu.search.web.english import ENGLISH  # noqa: PLC0415
        from rongshu.search.web.menu import register_menu  # noqa: PLC0415
        from rongshu.sites.models import Site  # noqa: PLC0415

        watch("search_sites", Site)
        watch(
            "search_vocabulary", VocabularyEntry, Promotion, Region, OrganizationName, OrganizationSuccession
        )
        register_sources()
        follow()
        on_change(follow)
        register_search_duties()
        register_duty("search-counts", forget_counts, every=3600)
        follow_publication("search", index_pending)
        register_menu()
        add_english(ENGLISH)
