-- title: 同一说法只有一行 | The same figure for one claim is one row with several citations
-- level: warning
SELECT fact_id, other_id, as_reported, other_as_reported AS other FROM core.claim_pair WHERE alike
