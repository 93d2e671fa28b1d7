-- title: 目标是将来的，结果是实际的 | A target is something to come, its outcome something that came or a later word on it
-- level: error
WITH kinds AS (
  SELECT fact_id, kind, kind = 'actual' AS came FROM core.observation
  UNION ALL SELECT fact_id, status, true FROM core.milestone
)
SELECT x.target_id AS fact_id, t.kind, x.outcome_id, o.kind AS outcome_kind
FROM core.target_outcome x
LEFT JOIN kinds t ON t.fact_id = x.target_id
LEFT JOIN kinds o ON o.fact_id = x.outcome_id
WHERE x.target_id = x.outcome_id OR t.kind IS NULL OR t.kind IN ('actual', 'met') OR o.came IS DISTINCT FROM true
