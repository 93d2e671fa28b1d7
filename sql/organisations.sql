-- title: 机构与企业 | Organisations and their roles
-- about: 每个机构在一地一产业中的角色一行：链主、龙头、业主等。 | One row a role of an organisation in an industry of a place: chain leader (链主), leading company (龙头), owner and the like.
-- example: ipcli organisations --role 龙头
-- example: ipcli organisations --role 链主
-- show: name, role, district, industry, activity, track
FROM organisations
SELECT * EXCLUDE (status, date, date_precision)
WHERE city = $city
  AND one_of($organisation, name)
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND says($search, concat_ws(' ', name, role, activity, district, industry, track, note, as_reported))
  AND one_of($role, role)
  AND one_of($grade, grade)
ORDER BY fact_id
