-- title: 来源 | Documents the facts are printed in
-- about: 每份文件一行；等级 A 官方、B 媒体、C 转载。 | One row a document; grade A official, B press, C mirror or repost.
-- param: search text | 文字包含 | Text contains
-- example: ipcli sources --grade B
-- show: source_id, title, publisher, published_from, published_to, grade, facts, note
SELECT source_id, title, kind, publisher, published_from, published_to, url, grade, sha256, paragraphs, reprint_of, facts, note, city
FROM sources
WHERE city = $city
  AND ($search IS NULL OR contains(lower(concat_ws(' ', title, publisher, kind, note)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY source_id
