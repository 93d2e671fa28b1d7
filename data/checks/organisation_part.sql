-- title: 机构都有用处 | Every organisation has a part somewhere
-- level: warning
SELECT organisation_id, name FROM core.organisation
WHERE organisation_id NOT IN (
  SELECT organisation_id FROM core.organisation_role
  UNION ALL SELECT organisation_id FROM core.project_party
  UNION ALL SELECT organisation_id FROM core.observation WHERE organisation_id IS NOT NULL
  UNION ALL SELECT organisation_id FROM core.milestone WHERE organisation_id IS NOT NULL)
