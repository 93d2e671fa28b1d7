-- title: 目标不早于文件 | Targets are not earlier than the document's first possible date
-- level: warning
SELECT b.fact_id, b.year::VARCHAR AS due, s.published_from
FROM core.observation b JOIN core.source s USING (source_id)
WHERE b.year < year(s.published_from) - (CASE b.kind WHEN 'forecast' THEN 1 ELSE 0 END) -- 预计全年, told in January
  AND b.kind IN ('target', 'forecast')
UNION ALL
SELECT m.fact_id, m.due_date::VARCHAR, s.published_from
FROM core.milestone m JOIN core.source s USING (source_id)
WHERE m.status = 'due' AND s.published_from >= CASE m.due_precision
  WHEN 'day' THEN m.due_date + INTERVAL 1 DAY
  WHEN 'month' THEN m.due_date + INTERVAL 1 MONTH
  ELSE m.due_date + INTERVAL 1 YEAR END
