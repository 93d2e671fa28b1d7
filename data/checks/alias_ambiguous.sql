-- title: 别名不含混 | An alias is unambiguous within its city and kind
-- level: error
SELECT city, kind, typed AS alias, string_agg(DISTINCT name, ', ' ORDER BY name) AS names
FROM (
  -- As names are compared when typed: case, spaces and marks make no difference.
  SELECT city, kind, name, regexp_replace(lower(nfc_normalize(alias)), '[-_·・.“”"''‘’（）()、/\s]', '', 'g') AS typed
  FROM main.aliases)
GROUP BY ALL HAVING count(DISTINCT name) > 1
