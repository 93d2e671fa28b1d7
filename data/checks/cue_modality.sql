-- title: 语气词与语气一致 | Cue and modality go together
-- level: error
SELECT fact_id, cue, modality FROM core.observation
WHERE (cue IS NULL) <> (modality = 'none')
  OR (cue IN ('力争', '争取', '争创') AND modality <> 'strive')
  OR (cue = '预计' AND modality <> 'expect') OR (cue = '确保' AND modality <> 'mandatory')
  OR (cue IN ('将', '规划') AND modality <> 'commit')
UNION ALL
SELECT fact_id, cue, modality FROM core.milestone
WHERE (cue IS NULL) <> (modality = 'none')
  OR (cue IN ('力争', '争取', '争创') AND modality <> 'strive')
  OR (cue = '预计' AND modality <> 'expect') OR (cue = '确保' AND modality <> 'mandatory')
  OR (cue IN ('将', '规划') AND modality <> 'commit')
