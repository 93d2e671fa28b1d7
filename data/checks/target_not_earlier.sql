-- title: 目标不早于文件 | Targets are not earlier than the document's first possible date
SELECT b.fact_id, b.year
FROM core.observation b JOIN core.source s USING (source_id)
WHERE b.kind = 'target' AND b.year < year(s.published_from)
