-- title: 停用的事实不再出现 | A deprecated fact stands no more, and what replaces it does
-- level: error
SELECT d.fact_id, d.replaced_by
FROM core.deprecation d
WHERE d.fact_id IN (SELECT fact_id FROM core.cited)
  OR (d.replaced_by IS NOT NULL AND d.replaced_by NOT IN (SELECT fact_id FROM core.cited))
