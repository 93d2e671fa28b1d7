-- title: 机构都有角色 | Every organisation has a part somewhere
SELECT organisation_id, name FROM core.organisation
WHERE organisation_id NOT IN (SELECT organisation_id FROM core.organisation_role)
