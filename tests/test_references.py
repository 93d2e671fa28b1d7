"""Documents as GB/T 7714, APA and CSL-JSON have them; what is not known is not there."""

from __future__ import annotations

from datetime import date

import pytest

from ipcli.output.citation import Document, apa, csl, gbt7714, interval

DAY = date(2025, 1, 7)
PAPER = Document("S1", "云山向新", "新闻", "云山日报", DAY, DAY, "https://example.org/1")
NOTICE = Document("S2", "行动计划。", "官方文件或页面", "云山市人民政府", DAY, DAY, "https://example.org/2")
BARE = Document("S3", "无主的转载", "转载", None, None, None, None)


@pytest.mark.parametrize(
    ("document", "reference"),
    [
        (PAPER, "云山向新[N/OL]. 云山日报, 2025-01-07. https://example.org/1"),
        (NOTICE, "云山市人民政府. 行动计划[EB/OL]. (2025-01-07). https://example.org/2"),
        (BARE, "无主的转载[Z]. (日期不详)."),
        (PAPER._replace(kind="报纸专题", publisher=None, url=None), "云山向新[N]. 2025-01-07."),
        (
            NOTICE._replace(kind="开放数据"),
            "云山市人民政府. 行动计划[DB/OL]. (2025-01-07). https://example.org/2",
        ),
    ],
)
def test_gbt7714(document: Document, reference: str) -> None:
    assert gbt7714(document) == reference


@pytest.mark.parametrize(
    ("start", "end", "national", "american"),
    [
        (DAY, DAY, "2025-01-07", "2025, January 7"),
        (date(2025, 1, 1), date(2025, 12, 31), "2025", "2025"),
        (date(2024, 2, 1), date(2024, 2, 29), "2024-02", "2024, February"),
        (date(2025, 1, 16), date(2025, 3, 31), "2025-01-16/2025-03-31", "2025, January 16–March 31"),
        (date(2024, 12, 30), DAY, "2024-12-30/2025-01-07", "2024, December 30–2025, January 7"),
        (DAY, None, "2025-01-07/..", "2025, January 7 or later"),
        (None, DAY, "../2025-01-07", "before 2025, January 7"),
        (None, None, None, "n.d."),
    ],
)
def test_dates_as_far_as_they_are_known(
    start: date | None, end: date | None, national: str | None, american: str
) -> None:
    assert interval(start, end) == national
    document = PAPER._replace(published_from=start, published_to=end)
    assert apa(document) == f"云山日报. ({american}). 云山向新. https://example.org/1"


def test_without_a_publisher_the_title_goes_first() -> None:
    assert apa(BARE) == "无主的转载. (n.d.)."


def test_csl_has_only_what_is_known() -> None:
    assert csl(BARE) == {"id": "S3", "type": "webpage", "title": "无主的转载"}
    item = csl(PAPER, "OBS-1")
    assert (item["type"], item["container-title"], item["note"]) == ("article-newspaper", "云山日报", "OBS-1")
    assert item["issued"] == {"date-parts": [[2025, 1, 7]]}
    assert csl(NOTICE)["author"] == [{"literal": "云山市人民政府"}]
    year = PAPER._replace(published_from=date(2025, 1, 1), published_to=date(2025, 12, 31))
    assert csl(year)["issued"] == {"date-parts": [[2025]]}
    span = PAPER._replace(published_from=date(2025, 1, 16), published_to=date(2025, 3, 31))
    assert csl(span)["issued"] == {"date-parts": [[2025, 1, 16], [2025, 3, 31]]}
