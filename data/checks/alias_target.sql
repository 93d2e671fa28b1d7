-- title: 别名有所指 | An alias names something that exists
SELECT a.kind, a.alias, a.name
FROM core.alias a
WHERE (kind IN ('city', 'district') AND name NOT IN (SELECT name FROM core.region))
  OR (kind = 'tier' AND name NOT IN (SELECT name FROM core.tier))
  OR (kind = 'industry' AND name NOT IN (SELECT name FROM core.industry))
  OR (kind = 'track' AND name NOT IN (SELECT name FROM core.track))
  OR (kind = 'indicator' AND name NOT IN (SELECT name FROM core.indicator))
  OR (kind = 'organisation' AND name NOT IN (SELECT name FROM core.organisation))
  OR (kind = 'project' AND name NOT IN (SELECT name FROM core.project))
  OR (kind = 'carrier' AND name NOT IN (SELECT name FROM core.carrier))
