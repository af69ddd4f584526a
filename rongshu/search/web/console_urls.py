"""Addresses of the search in the console."""

from django.urls import URLPattern, path

from rongshu.search.web.console import hot_words, index, keys, promotions, reports, words

urlpatterns: list[URLPattern] = [
    path("report", reports.show_report, name="search-report"),
    path("hot-words", hot_words.list_sites, name="search-hot-words"),
    path("hot-words/<slug:slug>", hot_words.arrange, name="search-hot-words-of"),
    path("index", index.show_index, name="search-index"),
    path("index/rebuild", index.rebuild, name="search-rebuild"),
    path("keys", keys.list_keys, name="search-keys"),
    path("keys/new", keys.give_key, name="search-new-key"),
    path("keys/<uuid:key_id>", keys.show_key, name="search-key"),
    path("keys/<uuid:key_id>/revoke", keys.revoke, name="search-revoke-key"),
    path("words", words.list_words, name="search-words"),
    path("words/new", words.add_word, name="search-new-word"),
    path("words/<uuid:entry_id>", words.change_word, name="search-word"),
    path("words/<uuid:entry_id>/remove", words.remove_word, name="search-remove-word"),
    path("promotions", promotions.list_promotions, name="search-promotions"),
    path("promotions/new", promotions.add_promotion, name="search-new-promotion"),
    path("promotions/<uuid:promotion_id>", promotions.change_promotion, name="search-promotion"),
    path("promotions/<uuid:promotion_id>/remove", promotions.remove, name="search-remove-promotion"),
]
