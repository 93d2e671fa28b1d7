-- title: 产业布局 | Bets of districts on industries and tracks
-- about: 每条布局一行：本地提法、动词、立场。 | One row a bet: local name, verb as printed, stance.
-- example: ipcli alignments --industry 低空经济
-- example: ipcli alignments --district 即墨 --stance focus
-- show: district, industry, local_name, stance, stance_class, track, strength
FROM alignments
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND says($search, concat_ws(' ', district, industry, track, local_name, stance, note, as_reported))
  AND one_of($stance, stance_class)
  AND one_of($grade, grade)
ORDER BY fact_id
