-- title: 实际值不晚于文件 | Actuals are not later than the document's last possible date
SELECT b.fact_id, b.year
FROM core.observation b JOIN core.source s USING (source_id)
WHERE b.kind = 'actual' AND b.year > year(s.published_to)
