-- title: 结果不早于目标 | An outcome is not older than its target
-- level: error
-- A later word on a target may tell of the time before it: such a pair is told as related, never as its outcome.
WITH ends AS (
  SELECT fact_id, coalesce(period_end, make_date(year, 12, 31)) AS day FROM core.observation
  UNION ALL SELECT fact_id, core.last_of(met_date, met_precision) FROM core.milestone
), told AS (
  SELECT fact_id, min(published_from) AS day FROM core.cited JOIN core.source USING (source_id) GROUP BY fact_id
)
SELECT x.target_id AS fact_id, x.outcome_id, e.day AS outcome_date, t.day AS target_published
FROM core.target_outcome x
JOIN ends e ON e.fact_id = x.outcome_id
JOIN told t ON t.fact_id = x.target_id
WHERE x.comparability = 'same' AND e.day < t.day
