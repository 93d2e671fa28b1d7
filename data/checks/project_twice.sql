-- title: 一个项目一行 | A project is one row
-- level: warning
-- Two projects of one place and industry whose names are nearly the same, or of which one name holds the other.
SELECT a.fact_id, a.name, b.fact_id AS other_id, b.name AS other
FROM core.project a JOIN core.project b
  ON a.fact_id < b.fact_id AND a.region_id = b.region_id AND a.industry_id IS NOT DISTINCT FROM b.industry_id
WHERE NOT a.is_umbrella AND NOT b.is_umbrella
  AND (contains(a.name, b.name) OR contains(b.name, a.name) OR jaro_winkler_similarity(a.name, b.name) > 0.93)
  AND coalesce(a.note, '') || coalesce(b.note, '') NOT LIKE '%不是同一%'
