-- title: 实际值不晚于文件 | Actuals are not later than the document's last possible date
-- level: error
-- A figure of a whole year is not printed before its last two months.
SELECT b.fact_id, b.year, b.period_start, s.source_id, s.published_to
FROM core.observation b JOIN core.cited c USING (fact_id) JOIN core.source s ON s.source_id = c.source_id
WHERE b.kind = 'actual' AND (b.year > year(s.published_to) OR b.period_start > s.published_to
  OR (b.period_kind = 'year' AND s.published_to < make_date(b.year, 11, 1)))
