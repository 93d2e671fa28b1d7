-- title: 政策文件 | Plans and policies
-- about: 已发布与制定中的文件，每份一行。 | One row a document, issued or being drawn up.
-- example: ipcli policy_documents --status 制定中
-- show: title, district, industry, type, status, dated
FROM policy_documents
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($tier, tier)
  AND one_of($type, type)
  AND one_of($status, status)
  AND of_year($year, year(date), $undated)
  AND says($search, concat_ws(' ', title, type, district, industry, note, as_reported))
  AND one_of($grade, grade)
ORDER BY fact_id
