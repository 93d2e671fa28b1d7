-- title: 说法有别而不相斥 | Figures for one claim that differ and may both be true
-- level: warning
SELECT p.fact_id, p.other_id, p.as_reported, p.other_as_reported AS other
FROM core.claim_pair p WHERE NOT p.apart AND NOT p.alike AND NOT EXISTS (
  SELECT 1 FROM core.conflict c
  WHERE (c.fact_id, c.other_id) IN ((p.fact_id, p.other_id), (p.other_id, p.fact_id)))
