-- title: 所指事实与来源存在 | What refers to a fact or a document refers to one that exists
-- level: error
SELECT 'citation' AS table_name, fact_id FROM core.citation WHERE fact_id NOT IN (SELECT fact_id FROM core.cited WHERE ordinal = 1)
UNION ALL SELECT 'numeral', fact_id FROM core.numeral WHERE fact_id NOT IN (SELECT fact_id FROM core.cited)
UNION ALL SELECT 'target_outcome', target_id FROM core.target_outcome WHERE target_id NOT IN (SELECT fact_id FROM core.cited)
UNION ALL SELECT 'target_outcome', outcome_id FROM core.target_outcome WHERE outcome_id NOT IN (SELECT fact_id FROM core.cited)
UNION ALL SELECT 'conflict', fact_id FROM core.conflict WHERE fact_id NOT IN (SELECT fact_id FROM core.cited)
UNION ALL SELECT 'conflict', other_id FROM core.conflict WHERE other_id NOT IN (SELECT fact_id FROM core.cited)
UNION ALL SELECT 'disposition', fact_id FROM core.disposition WHERE fact_id NOT IN (SELECT fact_id FROM core.cited UNION ALL SELECT region_id FROM core.region)
UNION ALL SELECT 'region', adcode_source_id FROM core.region WHERE adcode_source_id NOT IN (SELECT source_id FROM core.source)
