-- title: 来源 | Documents the facts are printed in
-- about: 每份文件一行；等级 A 官方、B 媒体、C 转载。 | One row a document; grade A official, B press, C mirror or repost.
-- example: ipcli sources --grade B
-- show: source_id, title, publisher, published_from, published_to, grade, facts, note
FROM sources
WHERE city = $city
  AND of_year($year, year(coalesce(published_to, published_from)), $undated)
  AND says($search, concat_ws(' ', title, publisher, kind, note))
  AND one_of($grade, grade)
ORDER BY source_id
