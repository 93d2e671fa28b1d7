-- title: 不同的数字列入说法不一 | Figures for one claim that cannot both be true are listed in conflicts
-- level: error
SELECT p.fact_id, p.other_id, p.as_reported, p.other_as_reported AS other
FROM core.claim_pair p WHERE p.apart AND NOT EXISTS (
  SELECT 1 FROM core.conflict c
  WHERE (c.fact_id, c.other_id) IN ((p.fact_id, p.other_id), (p.other_id, p.fact_id)))
