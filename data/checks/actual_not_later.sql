-- title: 实际值不晚于文件 | Actuals are not later than the document's last possible date
-- level: error
SELECT b.fact_id, b.year, b.period_start, s.published_to
FROM core.observation b JOIN core.source s USING (source_id)
WHERE b.kind = 'actual' AND (b.year > year(s.published_to) OR b.period_start > s.published_to)
