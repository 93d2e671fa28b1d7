-- title: 荣誉与认定 | Recognitions held and sought
-- about: 已获（held）与争创（sought）的认定，每项一行。 | One row a recognition, held or sought.
-- example: ipcli honours --status 争创
-- show: title, district, industry, level, status, dated, holder
FROM honours
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND one_of($status, status) AND one_of($level, level)
  AND of_year($year, year(date), $undated)
  AND says($search, concat_ws(' ', title, holder, district, industry, track, note, as_reported))
  AND one_of($grade, grade)
ORDER BY fact_id
