-- title: 推算有算式，未定有理由 | What is derived tells its formula, what is undecided or not alike its reason
-- level: error
SELECT target_id AS fact_id, outcome_id, verdict, comparability, basis, formula
FROM core.target_outcome
WHERE (basis = 'derived') <> (formula IS NOT NULL)
  OR ((verdict = 'indeterminate' OR comparability <> 'same') AND note IS NULL)
