-- title: 语气词与语气一致 | Cue and modality go together
-- level: error
WITH word(cue, modality) AS (
  VALUES ('力争', 'strive'), ('争取', 'strive'), ('争创', 'strive'), ('strives', 'strive'),
    ('预计', 'expect'), ('有望', 'expect'), ('确保', 'mandatory'),
    ('将', 'commit'), ('规划', 'commit'), ('计划', 'commit'), ('要', 'commit'), ('will', 'commit'), ('shall', 'commit')
), told AS (
  SELECT fact_id, cue, modality, kind <> 'actual' AND regexp_matches(as_reported, '计划总?投资|計劃總?投資') AS planned
  FROM core.observation
  UNION ALL SELECT fact_id, cue, modality, false FROM core.milestone
)
SELECT t.fact_id, t.cue, t.modality
FROM told t LEFT JOIN word w USING (cue)
WHERE (t.cue IS NULL) <> (t.modality = 'none') OR t.modality <> w.modality OR (t.planned AND t.cue IS NULL)
