-- title: 产业载体 | Parks, bases, centres, platforms, clusters
-- about: 园区、基地、创新中心、平台、集群，每个一行。 | One row a park, base, centre, platform or cluster.
-- example: ipcli carriers --type 集群
-- show: name, district, industry, type, status, dated, track, note
FROM carriers
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND one_of($type, type)
  AND one_of($status, status)
  AND of_year($year, year(date), $undated)
  AND says($search, concat_ws(' ', name, type, district, industry, track, note, as_reported))
  AND one_of($grade, grade)
ORDER BY fact_id
