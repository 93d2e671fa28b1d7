-- title: 细分赛道 | Sub-tracks
-- about: 文件点到的赛道与领域，不是官方完整名单。 | Tracks and fields that documents name; not the complete official list.
-- notice: * SELECT '宣布 ' || d.n || ' 个（' || core.cite(d.source_id, d.para_no) || '），未载完整名单；本库所知：' || t.zh, d.n || ' are declared (' || core.cite(d.source_id, d.para_no) || '), no document lists all; known here: ' || t.en FROM core.declared d JOIN core.place p ON p.region_id = d.city_id AND p.city = $city, (SELECT string_agg(w.zh || ' ' || k.n, '、' ORDER BY w.value) AS zh, string_agg(k.n || ' ' || w.en, ', ' ORDER BY w.value) AS en FROM (SELECT named_as, count(*) AS n FROM tracks WHERE city = $city GROUP BY ALL) k JOIN words w ON w.column_name = 'named_as' AND w.value = k.named_as) t WHERE d.entity = 'track' AND NOT d.complete | 细分赛道：{n} | Sub-tracks: {n}
-- example: ipcli tracks --industry 绿色能源
-- show: industry, track, named_as, basis, districts, note
FROM tracks
WHERE city = $city
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND says($search, concat_ws(' ', industry, track, track_en, note, as_reported))
  AND one_of($grade, grade)
ORDER BY rowid
