-- title: 每条陈述都有引证 | Every statement has a citation
-- level: error
SELECT fact_id, kind FROM core.statement WHERE fact_id NOT IN (SELECT fact_id FROM core.shown)
