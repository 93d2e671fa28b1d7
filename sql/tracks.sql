-- title: 细分赛道 | Sub-tracks
-- about: 文件点到的赛道与领域，不是官方完整名单。 | Tracks and fields that documents name; not the complete official list.
-- example: ipcli tracks --industry 绿色能源
-- show: industry, track, named_as, basis, districts, note
FROM tracks
WHERE city = $city
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND says($search, concat_ws(' ', industry, track, track_en, note, as_reported))
  AND one_of($grade, grade)
ORDER BY rowid
