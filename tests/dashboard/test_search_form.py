from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest

from alerts.links import search_link
from dashboard.search_form import SearchForm, pages_of, read_form, request_of, write_form

KNOWN = {"provinces": {"34-40", "34-01", "63-40"}, "topics": {"pension"}, "sentiments": {"negative"}}


@pytest.mark.parametrize(
    "form",
    [
        SearchForm(),
        SearchForm("thuốc", {"provinces": ("34-40", "34-01"), "topics": ("pension",)}, date(2026, 11, 1), date(2026, 11, 20), newest=True),
        SearchForm("", {"stories": ("7",), "concerns": ("2",)}, everything=True, page=3),
    ],
)
def test_an_address_gives_back_the_search_it_was_written_from(form):
    assert read_form(write_form(form), KNOWN) == form


def test_what_an_address_holds_that_is_not_known_is_left_out():
    form = read_form({"tinh": "34-40,34-99", "chu_de": "nonsense", "tu": "yesterday", "trang": "-3", "noi_dung": "x,9"}, KNOWN)
    assert form == SearchForm(filters={"provinces": ("34-40",), "stories": ("9",)})


def test_the_links_of_mails_are_understood():
    link = search_link("http://d", words="thuốc", province="34-40", topic="pension", sentiment="negative", start=date(2026, 11, 1))
    form = read_form(dict(parse_qsl(urlsplit(link).query)), KNOWN)
    assert form == SearchForm(
        "thuốc", {"provinces": ("34-40",), "topics": ("pension",), "sentiments": ("negative",)}, first_day=date(2026, 11, 1)
    )


def test_a_value_is_chosen_and_taken_off_again_from_the_first_page():
    form = SearchForm("a", page=4).toggled("topics", "pension")
    assert (form.values("topics"), form.page) == (("pension",), 1)
    assert form.toggled("topics", "pension").values("topics") == ()


def test_without_words_the_newest_come_first_and_only_what_concerns_the_insurances():
    request = request_of(SearchForm(page=2))
    assert (request.sort, request.relevant, request.offset) == ("newest", True, 10)
    assert request_of(SearchForm("thuốc", everything=True)).relevant is None


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (10, 1), (11, 2), (10**6, 100)])
def test_there_are_as_many_pages_as_can_be_turned_to(total, pages):
    assert pages_of(total) == pages
